// Tells the server of the demo that this page is open: it ends when nobody has one open any more.

class PagePresent extends HTMLElement {
  connectedCallback() {
    this.source = new EventSource("/present");
    // A page that is kept aside by the browser is not open.
    addEventListener("pagehide", () => this.source.close());
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  disconnectedCallback() {
    this.source.close();
  }
}

customElements.define("page-present", PagePresent);
