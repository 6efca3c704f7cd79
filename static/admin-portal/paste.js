/* What is pasted from another program is cleaned on the server first: Word's lists are none to the editor. */
"use strict";

{
  const { url, cleaning, failed } = document.currentScript.dataset;
  const OWN = "data-pm-slice"; // what the editor writes on what is copied from it
  const INLINE_IMAGES = /(src\s*=\s*["']?)data:[^"'\s>]*/gi; // they are left out anyway, and may be large
  const PATIENCE = 10000; // milliseconds

  document.addEventListener("prose-editor:ready", ({ target, detail }) => watchPastes(target, detail.editor.view));

  function watchPastes(field, view) {
    const status = document.createElement("p");
    status.className = "pasted";
    status.setAttribute("role", "status");
    field.closest(".prose-editor").after(status);

    view.dom.addEventListener(
      "paste",
      (event) => {
        const html = event.clipboardData?.getData("text/html") ?? "";
        const text = event.clipboardData?.getData("text/plain") ?? "";
        status.textContent = "";
        if (!view.editable || html.includes(OWN) || !(html || text.includes("\n"))) return;
        event.preventDefault();
        event.stopPropagation(); // the editor would paste it as it is
        paste(html, text);
      },
      true,
    );

    async function paste(html, text) {
      view.dom.setAttribute("aria-busy", "true");
      status.textContent = cleaning;
      try {
        const cleaned = await askServer(field.form, html, text);
        view.pasteHTML(cleaned.html);
        status.textContent = cleaned.left_out;
      } catch {
        html ? view.pasteHTML(html) : view.pasteText(text);
        status.textContent = failed;
      }
      view.dom.removeAttribute("aria-busy");
    }
  }

  async function askServer(form, html, text) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("html", html.replace(INLINE_IMAGES, "$1"));
    body.set("text", html ? "" : text);
    const answer = await fetch(url, { method: "POST", body, redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return answer.json();
  }
}
