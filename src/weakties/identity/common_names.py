"""Names so common that sharing one says little, whatever a single mailbox makes of them. In comparison form."""

COMMON_GIVEN = frozenset(
    """
    james john robert michael david william richard joseph thomas charles christopher daniel matthew anthony mark paul
    steven andrew kenneth george kevin brian edward peter mary patricia jennifer linda elizabeth barbara susan jessica
    sarah karen lisa nancy betty sandra margaret ashley emily anna anne maria laura julia alex chris sam tom mike
    steve dave jim bob bill jose juan luis carlos antonio francisco manuel pedro miguel jorge ana carmen marta lucia
    jean pierre michel philippe alain marie nathalie isabelle sophie hans peter klaus michael thomas andreas stefan
    christian martin sabine monika petra claudia giovanni marco andrea giuseppe luca francesca paolo mohammed muhammad
    mohamed ahmed ali omar hassan fatima aisha wei li jing yan ming min hui jun jian hong xin yu ivan sergey alexander
    dmitry andrey olga elena natalia svetlana raj amit priya rahul sanjay anil sunil hiroshi takashi kenji yuki yoko
    ji-hoon min-jun seo-yeon joao paulo lars erik anders johan nils jan piet
    """.split()  # noqa: SIM905  a list of words reads best as words
)

COMMON_FAMILY = frozenset(
    """
    smith johnson williams brown jones miller davis wilson anderson taylor thomas moore martin jackson thompson white
    harris clark lewis robinson walker young king wright hill scott green adams baker hall allen campbell mitchell
    carter roberts garcia rodriguez martinez hernandez lopez gonzalez perez sanchez ramirez torres flores rivera gomez
    diaz fernandez ruiz silva santos oliveira souza pereira costa ferreira almeida muller schmidt schneider fischer
    weber meyer wagner becker schulz hoffmann bernard dubois durand moreau laurent simon petit rossi russo ferrari
    esposito bianchi romano wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu lin guo he gao kim lee park
    choi jung kang cho nguyen tran le pham hoang singh kumar sharma patel gupta khan shah das ahmed ali hassan hussain
    mohamed ibrahim ivanov petrov smirnov kuznetsov popov novak kovac nagy hansen johansen olsen larsen andersen
    nielsen jensen pedersen johansson andersson karlsson nilsson tanaka suzuki sato takahashi watanabe ito yamamoto
    nakamura kobayashi cohen levy murphy kelly walsh de-jong jansen de-vries
    """.split()  # noqa: SIM905  a list of words reads best as words
)

_SHORT = """
    alexander alex | allen al | andrew andy drew | anthony tony | benjamin ben | catherine cathy kate | charles
    charlie chuck | christopher chris | daniel dan danny | david dave | deborah debbie deb | donald don | douglas
    doug | edward ed eddie ted | elizabeth liz beth betty | eugene gene | frederick fred | gerald jerry | gregory
    greg | harold hal | jacob jake | james jim jimmy | jeffrey jeff | jennifer jen jenny | joseph joe | joshua josh
    | katherine kathy kathryn | kenneth ken kenny | lawrence larry | leonard len | margaret maggie peggy | matthew
    matt | michael mike mick | michelle shelly | nathaniel nate | nicholas nick | pamela pam | patricia pat patty |
    peter pete | philip phil phillip | raymond ray | rebecca becky | richard rick dick rich | robert bob rob bobby |
    ronald ron | samuel sam | stanley stan | stephen steve | steven stevie | susan sue | suzanne suzy | theodore
    teddy | thomas tom tommy | timothy tim | victoria vicky | vincent vince | walter walt | william bill will billy |
    johannes hans hannes | wilhelm willi | friedrich fritz | heinrich heinz | joachim achim jochen | sebastian basti |
    katharina kathi | ulrich uli | matthias matze | maximilian max | francisco paco pancho | jose pepe | ignacio nacho |
    guadalupe lupe | concepcion concha | rosario charo | manuel manolo | enrique quique | mercedes merche | giuseppe beppe
    peppe | luigi gigi | giovanni gianni | dmitry dima | mikhail misha | vladimir vova volodya | nikolai kolya | ivan vanya |
    ekaterina katya | anastasia nastya | tatiana tanya | natalia natasha | elena lena | olga olya | malgorzata gosia |
    katarzyna kasia | agnieszka aga | krzysztof krzys
"""
# What a short name usually stands for; shorter forms that stand for many names are left out.
FORMAL = {
    short: formal
    for formal, *shorts in (entry.split() for entry in _SHORT.replace("\n", " ").split("|"))
    for short in shorts
}
