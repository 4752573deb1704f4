"""What a person's name looks like in running text, told from all the other words that carry a capital.

Two capitalised words are a name far less often than a place, a product or a heading. So a name must begin with a
known first name, or stand behind a title or behind words that only a person follows ("talk to", "cc'ing"). The list of
first names was written for this module from general knowledge: names in daily use in the languages whose mail we
read, without those that are commoner as English words at the start of a sentence.
"""

from __future__ import annotations

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


FIRST_NAMES = _set(
    """
aaron abby abdul abdullah abel abigail abraham ada adam adele adrian adriana adrianne adrien agnes agnieszka agustin
ahmed aidan aileen aisha akash akira alain alan alastair albert alberto alec alecia alejandra alejandro aleksander
aleksandr alena alessandro alex alexander alexandra alexandre alexei alexey alexis alfonso alfred alfredo alice alicia
alison allan allen allison alma alok alvaro alvin alyson alyssa amanda amber amelia amina amir amit amy ana anand anas
anastasia anders andrea andreas andrei andres andrew andrey andrzej andy angel angela angelica angelo angus anil anita
anjali ann anna anne annette annie anthony antoine anton antonia antonio anup anya archie ariel armando arnaud arne
arnold arthur arturo arun arvind ashish ashley ashok asif astrid audrey aurelie avi axel ayesha babak barbara barry
bart bartek basil beatrice beatriz becky belinda ben benedict benjamin benoit bernard bernd bernhard bernie bert beth
betsy betty bev beverly bharat bianca bjorn blair blake bob bobby bogdan boris brad bradley brandon brendan brenda
brent brett brian bridget brigitte britta bruce bruno bryan bryce burt byron caitlin caleb calvin cameron camila
camille carl carla carlo carlos carmen carol carole caroline carolyn carrie carsten casey catalina caterina catherine
cathy cecilia cedric celia celine cesar chad chandra charlene charles charlie charlotte chelsea chen cheryl chiara
chloe chris christa christian christiane christie christina christine christof christoph christophe christopher
christy chuck cindy claire clara clarence clark claude claudia claudio claus clayton cliff clifford clint clive cody
colette colin colleen connie connor conor conrad constance cora corey corinne cornelia craig cristina curt curtis
cynthia cyril daisuke daisy dale damian damien dan dana daniel daniela daniele danielle danny daphne darcy darius
darrell darren darryl dave david dawn dean debbie deborah debra declan deepak deirdre delphine denis denise dennis
derek dermot desmond devon dexter diana diane dianne diego dieter dietmar dimitri dina dinesh dirk dmitri dmitry
dolores dominic dominique don donald donna doris dorothy doug douglas duane duncan dustin dwight dylan eamon ed eddie
edgar edith eduardo edward edwin eileen elaine eleanor elena eli elias elisa elisabeth elise elizabeth ella ellen
elliott elsa elvis emil emile emilia emilio emily emma emmanuel enrico enrique eric erica erich erik erika erin ernest
ernesto erwin esteban estelle esther ethan etienne eugene eugenia eva evan eve evelyn ewan fabian fabien fabio fatima
federico felicia felipe felix ferdinand fernanda fernando fiona flora florence florian floyd frances francesca
francesco francine francis francisco franck francois frank franz fred freddie frederic frederick frederik freya
friedrich fritz gabriel gabriela gabriele gabrielle gail garrett garry gary gavin gene genevieve geoff geoffrey george
georgia georgina gerald geraldine gerard gerardo gerd gerhard gerry gianni gilbert gilles gina giorgio giovanna
giovanni giulia giuseppe glen glenn gloria gonzalo gordon graham greg gregg gregor gregory greta grzegorz guido
guillaume guillermo gunnar gunther gus gustavo guy gwen hailey hakan hamid hanna hannah hannes hans harald harold
haroon harriet harry harvey hassan heather hector heidi heike heinrich heinz helen helena helene helga helmut hendrik
henri henrik henry herbert herman hermann herve hideo hilary hilda hiro hiroshi holger holly horst howard hubert hugh
hugo humphrey ian ibrahim ida ignacio igor ilse imran ina ines ingo ingrid inna ira irene irina iris irma irving isaac
isabel isabella isabelle ismail ivan ivana ivo jaap jackie jacob jacqueline jacques jaime jake jakob jakub jamal james
jamie jan jana jane janet janice jared jason javier jean jeanne jeff jeffery jeffrey jelena jen jenna jennifer jenny
jens jeremy jerome jerry jesper jesse jessica jesus jill jim jimmy jiri joachim joan joana joanna joanne joao joaquin
jochen jodie joe joel joerg joey johan johann johanna johannes john johnny jon jonas jonathan joost jordan jorge jose
josef joseph josephine josh joshua joy joyce juan juanita judith judy juergen juha julia julian juliana julie julien
juliet julio julius june jung jürgen jörg justin justine kai kalle kamal karel karen kari karim karin karl karla
karsten katarina kate katharina katherine kathleen kathryn kathy katie katja katrin kay kazuo keith kelly ken kenji
kenneth kent kerry kerstin kevin khalid kieran kim kimberly kirk kirsten kit klaus krishna krista kristen kristin
kristina kristine krzysztof kumar kurt kyle lance larry lars laszlo laura lauren laurence laurent laurie lawrence lea
leah lee leif leila lena leo leon leonard leonardo leroy lesley leslie levi lewis liam lidia lily linda lindsay lindy
linus lionel lisa liz lloyd lois lori lorenz lorenzo lorna lorraine lothar lou louis louisa louise luca lucas lucia
lucie lucy ludwig luigi luis luisa lukas lukasz luke lydia lyle lynda lynn maarten mack madeleine madison magda
magdalena magnus mahmoud maja malcolm manfred manoj manuel manuela marc marcel marcela marcello marcelo marcia marcin
marco marcos marcus marek margaret margarita margie maria mariam marian mariana marianne marie marilyn marina mario
marion marisa marissa marjorie mark marko markus marlene marta martha martin martina martine marty martyn marvin mary
maryam masahiro massimo mateusz mathias mathieu mats matt matteo matthew matthias matti maureen maurice mauricio
maurizio mauro max maxim maxime maya megan mehmet mei melanie melissa melvin mercedes meredith mette mia micah michael
michael michaela michal michel michele michelle mick mickey miguel mihai mika mike mikhail mikael milan milena miles
milos milton mina minh miranda miriam miroslav mitchell mohamed mohammad mohammed mohan moira molly mona monica monika
monique morgan morris morten moses muhammad murray mustafa myra nadia nadine nancy naomi nasser natalia natalie
natasha nathalie nathan nathaniel neal ned neil nelson nichole nick nicky nicola nicolas nicole nicolai nigel niall
nikhil nikita niklas nikolai nils nina nisha nitin noah noel noelle nora norbert norma norman octavio olaf ole oleg
olga oliver olivia olivier omar ondrej oscar oskar osman otto owen pablo paige pallavi pamela paola paolo pascal
patricia patrick patrik patti patty paul paula paulina pauline paulo pavel pavlos pawel pedro peggy penelope penny per
perry pete peter petr petra phil philip philipp philippe phillip phoebe pierre pieter piotr pooja prakash prasad
pratik praveen preston priya rachel radek rafael raghu rahul rainer raj rajeev rajesh rakesh ralf ralph ram ramesh
ramon ramona randall randy raphael rashid rasmus raul ravi ray raymond rebecca regina reinhard rekha rené rene renata
renate reza rhonda ricardo riccardo richard rick ricky rita rob robert roberta roberto robin robyn rocco rod roderick
rodney rodrigo rogelio roger rohan rohit roland rolf roman ron ronald ronnie rory rosa rosalee rosalie rosemary ross
roxanne roy ruben rudi rudolf rudy rupert russ russell ruth ryan sabine sabrina sachin sally salvatore sam samantha
sami samir samuel sandeep sander sandra sandro sandy sanjay sanjeev santiago sara sarah sasha saul scott sean
sebastian sebastien selina serena serge sergei sergey sergio seth shane shannon sharon shaun shawn sheila shelley
shelly sheri sherri sherry shirley shreya shyam sid siddharth sidney siegfried sigrid silke silvia simon simona simone
sofia sofie sonia sonja sophia sophie soren stacey stacy stan stanislav stanley stefan stefania stefanie stefano
steffen stella stephan stephane stephanie stephen steve steven stewart stuart sudhir sue sumit sundar sunil suresh
susan susanna susanne susie suzanne sven svetlana sybil sylvain sylvia sylvie takashi tamara tammy tania tanja tanya
tara tatiana taylor ted terence teresa teri terri terry tessa thaddeus thelma theo theodore theresa therese thibault
thierry thomas thorsten tiffany tim timo timothy tina tobias toby todd tom tomas tomasz tommy toni tony tonya tracey
traci tracy travis trevor tricia troy tyler ulf ulrich ulrike ursula ute uwe vaclav valentin valentina valerie vanessa
vasily venkat vera vernon veronica veronika vicente vicki vickie victor victoria vijay vikram viktor vince vincent
vincenzo vinod viola violet virginia vishal vitaly vivek vivian vivienne vlad vladimir volker waldo wallace walter
wanda warren wayne wei wendy werner wes wesley whitney wilfred wilhelm wilma will william willem willy wolfgang xavier
xiao yannick yasmin yolanda yuki yuri yvan yvette yvonne zachary zeynep zoe zoltan
"""
)

# Words with a capital that are no part of a name, however they stand.
_NOT_IN_NAMES = _set(
    """
the a an i i'm i'll i've i'd you your we our they he she it his her my me us this that these those and or but if so as
at in on of to for from with by not no yes is are was were be been am do does did has have had will would can could
should may might must please thanks thank hi hello dear regards sincerely cheers best kind warm all any some there
here what when where who why how which then than now just also only more most very well ok okay re fw fwd cc bcc
subject sent date mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday january
february march april june july august september october november december jan feb mar apr jun jul aug sep sept oct nov
dec today tomorrow yesterday north south east west northern southern eastern western central new old great united
american british english french german european international national general global world street road avenue ave
blvd boulevard drive lane suite floor room building tower plaza square park center centre hall house hotel airport
station river lake mount mountain island bay beach city county state university college school institute academy
hospital church museum library bank inc inc. ltd ltd. llc llp corp corp. co co. gmbh ag sa plc company corporation
group partners holdings associates foundation society association committee commission council department office
division board team desk project program programme conference meeting summit award act bill law court case report
journal times post news press review magazine radio television studio studios records pictures entertainment software
systems technologies technology services solutions networks labs laboratories energy power gas oil electric capital
securities financial insurance airlines air motors pharmaceuticals chemical industries international's president vice
chairman director manager officer chief attorney assistant associate editor founder owner partner economic crimes
engineer analyst executive secretary treasurer senator congressman professor doctor dr mr mrs ms sir lord king queen
prince linux windows unix microsoft apple google intel java python perl web internet email mail server explorer
outlook red hat star wars stanley's lynch brothers sachs chase moore's law's texas california york florida arizona
ohio colorado washington oregon nevada utah illinois michigan angeles francisco houston london paris dublin berlin
america europe asia africa india china japan canada mexico ireland france germany england australia christmas easter
thanksgiving god christ bible summer winter spring autumn fall open source free pro
"""
)

# Behind a name these make it the name of a firm, a place or a thing.
_MAKES_A_THING = _set(
    """
inc inc. ltd ltd. llc llp corp corp. co co. gmbh ag plc company corporation group partners holdings associates
foundation society institute university college school center centre hall hotel airport street st st. road rd avenue
ave ave. blvd blvd. boulevard drive lane park plaza square library museum hospital award prize act bank insurance
securities brothers bros sons energy records show fund trust systems software smith's & airlines stadium field arena
building tower bridge house winery cellars journal times post collection edition
"""
)

# Firms and places that are called like people.
_NOT_PEOPLE = frozenset(
    (
        "ann arbor",
        "ann taylor",
        "arthur andersen",
        "arthur anderson",
        "ben jerry",
        "beverly hills",
        "calvin klein",
        "carson city",
        "charles schwab",
        "dean witter",
        "eddie bauer",
        "fort worth",
        "hugo boss",
        "jack daniel",
        "jack daniels",
        "jesus christ",
        "johnny walker",
        "jp morgan",
        "liz claiborne",
        "martin luther",
        "merrill lynch",
        "morgan stanley",
        "ralph lauren",
        "santa claus",
        "tommy bahama",
        "victoria secret",
        "virginia beach",
    )
)
_LONGEST_READ = 20_000
# A line shorter than this was not broken by the mailer.
_FULL_LINE = 55

# Nearly: of each pair in the second range one is small, which costs nothing but a look.
_CAPITAL = r"[A-ZÀ-ÞĀ-Ž]"
# Ranges are twice as fast as `[^\W\d_]`.
_LETTER = r"[a-zA-Z\xc0-\xd6\xd8-\xf6\xf8-\u1fff]"
# A part of a name is no longer than this: what runs on is something encoded, and is read once, not from each capital.
_SHORT, _ONE_OR_MORE = "{0,40}", "{1,40}"
_WORD = rf"{_CAPITAL}{_LETTER}{_SHORT}(?:['’-]{_CAPITAL}?{_LETTER}{_ONE_OR_MORE})?"
_RUN = re.compile(
    rf"{_WORD}\.?(?:[ \n](?:{_WORD}\.?|(?:van|von|de|der|den|da|di|del|la|bin|ter|du|dos)\b)){{1,5}}(?![\w@])"
)
# Where a run may begin: cheap to look for, because it begins with a capital and nothing else (what must not stand before
# it is looked at after it, so that the search can leap from capital to capital). No word begins behind these.
_PAIR = re.compile(
    rf"{_CAPITAL}(?<![\w@./-].){_LETTER}{_SHORT}(?:['’-]{_LETTER}{_ONE_OR_MORE})?\.?[ \n]"
    rf"(?:{_CAPITAL}|(?:van|von|de|den|da|di|del|la|bin|ter|du|dos) )"
)
_PERSON_FOLLOWS = re.compile(
    r"(?:\b(?:talk(?:ed|ing)? (?:to|with)|sp(?:oke|eak|eaking) (?:to|with)|cc'?(?:ing|d)|copy(?:ing)|met with|meet with|call"
    r"|called|contact|contacted|introduc(?:e|ing)(?: you to)?|email(?:ed)?|ask(?:ed)?|colleague|friend|mr|mrs|ms|dr|prof"
    r"|professor|congressman|senator|herr|frau|monsieur|madame)\.?)\s$",
    re.IGNORECASE,
)
_MY_NAME = re.compile(r"\b(?:my name is|i am|i'm|this is)\s$", re.IGNORECASE)
_HONORIFICS = frozenset(("mr", "mrs", "ms", "dr", "prof", "professor", "congressman", "senator", "herr", "frau"))
# "CanCare", "EnronOnline": two words in one make a product, save in "McGee", "MacNeil", "DeLay", "O'Hara".
_COMPOUND = re.compile(r"(?!Mc|Mac|De|Di|La|Le|Van|Fitz|Du|St)\w*[a-zß-ÿ][A-Z]")
_OPENS_A_NAME = _HONORIFICS | FIRST_NAMES
_PARTICLES = frozenset(("van", "von", "de", "der", "den", "da", "di", "del", "la", "bin", "ter", "du", "dos"))


def names(words: str) -> list[tuple[str, int]]:
    """Return the full names of people in a text and where each begins, in order; of long texts only the beginning."""
    found: list[tuple[str, int]] = []
    text = words[:_LONGEST_READ]
    end = 0
    for pair in _PAIR.finditer(text):
        at = pair.start()
        if at < end:
            continue
        run = _RUN.match(text, at)
        if not run:
            continue
        end = run.end()
        before = words[max(0, run.start() - 24) : run.start()]
        for piece in _unbroken(words, run.start(), run.group()):
            name = _name_in(piece.split(), before)
            if name and name.lower() not in _NOT_PEOPLE and not _MY_NAME.search(before):
                found.append((name, run.start()))
            before = ""
    return found


def _unbroken(words: str, start: int, run: str) -> list[str]:
    """Return the run, cut where a short line ends: only a full line is broken in the middle of a name."""
    if "\n" not in run:
        return [run]
    at = start + run.index("\n")
    full = at - words.rfind("\n", 0, at) > _FULL_LINE
    return [run.replace("\n", " ", 1)] if full else run.split("\n")


def _name_in(tokens: list[str], before: str) -> str:
    """Return the full name in a run of capitalised words, or nothing."""
    for at, token in enumerate(tokens[:-1]):
        plain = token.rstrip(".").lower()
        if plain in FIRST_NAMES:
            return _from(tokens, at)
        if plain not in _NOT_IN_NAMES and len(plain) > 1:
            titled = at > 0 and tokens[at - 1].rstrip(".").lower() in _HONORIFICS
            if titled or (at == 0 and before and _PERSON_FOLLOWS.search(before)):
                return _from(tokens, at)
        opens = at == 0 and len(tokens) > 2 and tokens[1].rstrip(".").lower() in _OPENS_A_NAME
        if plain not in _NOT_IN_NAMES and plain not in _HONORIFICS and not opens:
            return ""  # a word that may belong to what follows: "Salomon Smith Barney"
    return ""


def _from(tokens: list[str], at: int) -> str:
    """Return the name that begins with the token `at`: up to four words, ended by whatever cannot be in a name."""
    taken = [tokens[at]]
    for position in range(at + 1, min(len(tokens), at + 5)):
        token = tokens[position]
        if sum(len(word.rstrip(".")) > 1 and word.lower() not in _PARTICLES for word in taken) > 2:
            break
        plain = token.rstrip(".'").lower()
        if plain in _MAKES_A_THING or token.lower() in _MAKES_A_THING:
            return ""
        if plain in _NOT_IN_NAMES or (token.isupper() and len(plain) > 2) or _COMPOUND.match(token):
            break
        taken.append(token)
        if token.endswith(".") and len(plain) > 1:
            break  # the end of the sentence
    while len(taken) > 1 and (taken[-1].lower() in _PARTICLES or len(taken[-1].rstrip(".")) == 1):
        taken.pop()
    if (
        len(taken) < 2
        or (tokens[at].endswith(".") and len(tokens[at]) > 2)
        or (taken[0].isupper() and len(taken[0]) > 2)
    ):
        return ""
    last = re.sub(r"['’]s?$", "", taken[-1].rstrip("."))
    return " ".join([*taken[:-1], last]) if len(last) > 1 else ""
