// A page that shows how things stood looks again once they are counted, unless somebody is in the middle of something.

const PAUSE_MS = 1000;

class LookAgain extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.ask(), PAUSE_MS);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  async ask() {
    const answer = await fetch("/counting").catch(() => null);
    if (!answer?.ok || (await answer.json()).behind) return;
    clearInterval(this.timer);
    if (this.busy()) this.querySelector("b").textContent = "It is counted.";
    else location.reload();
  }

  busy() {
    const typing = document.activeElement?.matches("textarea, select, input:not([type=checkbox])");
    return typing || Boolean(document.querySelector(":popover-open, input[name=who]:checked"));
  }
}

customElements.define("look-again", LookAgain);
