// Files dropped anywhere on the page, folders with all that is in them, sent with how far it is. Without it the form sends files.

class DropFiles extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.field = this.querySelector("input[type=file]");
    this.says = this.querySelector("[data-says]");
    this.usual = this.says.textContent;
    this.listen = new AbortController();
    const { signal } = this.listen;
    document.addEventListener("dragover", (event) => this.over(event), { signal });
    document.addEventListener("dragleave", (event) => event.relatedTarget || this.leave(), { signal });
    document.addEventListener("drop", (event) => this.dropped(event), { signal });
    this.form.addEventListener("submit", (event) => this.submitted(event), { signal });
    this.field.addEventListener("change", () => this.field.files.length && this.send([...this.field.files].map(named)), { signal });
    this.querySelector("[data-cancel]").addEventListener("click", () => this.sending?.abort(), { signal });
  }

  disconnectedCallback() {
    this.listen.abort();
  }

  over(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.form.classList.add("over");
  }

  leave() {
    this.form.classList.remove("over");
  }

  async dropped(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.leave();
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const loose = [...event.dataTransfer.files].map(named);
    try {
      const found = entries.length ? (await Promise.all(entries.map((entry) => inside(entry)))).flat() : loose;
      this.send(found);
    } catch (error) {
      this.say(`That cannot be read: ${error.message}`);
    }
  }

  submitted(event) {
    event.preventDefault();
    this.field.files.length ? this.send([...this.field.files].map(named)) : this.field.click();
  }

  send(files) {
    const size = files.reduce((sum, { file }) => sum + file.size, 0);
    if (!files.length) return this.say("There is no file in that.");
    if (size > Number(this.dataset.room)) return this.say("That is more than there is room for. Send less at a time.");
    const data = new FormData();
    data.append("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    data.append("paths", JSON.stringify(files.map(({ path }) => path)));
    for (const { file } of files) data.append("file", file, file.name);
    const request = new XMLHttpRequest();
    this.sending = request;
    request.upload.addEventListener("progress", (event) => this.told(event));
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.say("The connection was cut. Nothing of it was kept."));
    request.addEventListener("abort", () => this.say("Stopped. Nothing of it was kept."));
    request.open("POST", this.form.action);
    request.setRequestHeader("Accept", "application/json");
    this.querySelector("[data-sending]").hidden = false;
    this.told({ loaded: 0, total: size });
    request.send(data);
  }

  told({ loaded, total }) {
    const share = total ? Math.floor((100 * loaded) / total) : 0;
    this.querySelector("progress").value = share;
    this.querySelector("[data-line]").textContent = share < 100 ? `Sending: ${share} %` : "Sent. It is being kept.";
  }

  answered(request) {
    let said = {};
    try {
      said = JSON.parse(request.responseText);
    } catch {
      said = { error: "It could not be taken.", hint: "Open the page again and send it once more." };
    }
    if (said.to) location.assign(said.to);
    else this.say(`${said.error} ${said.hint ?? ""}`);
  }

  say(text) {
    this.querySelector("[data-sending]").hidden = true;
    this.form.reset();
    this.says.textContent = text || this.usual;
    this.says.setAttribute("role", "alert");
  }
}

const named = (file) => ({ file, path: file.webkitRelativePath || file.name });

// All files of a folder; a browser gives a hundred names at a time.
async function inside(entry, before = "") {
  const path = before + entry.name;
  if (entry.isFile) return [{ file: await new Promise((good, bad) => entry.file(good, bad)), path }];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((good, bad) => reader.readEntries(good, bad));
    if (!some.length) return found;
    for (const each of some) found.push(...(await inside(each, `${path}/`)));
  }
}

customElements.define("drop-files", DropFiles);
