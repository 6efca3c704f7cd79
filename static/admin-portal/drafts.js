/* What is written in a form is kept as a draft on the server within five seconds, one request at a time. */
"use strict";

{
  const PAUSE = 1500; // after the last key
  const LONGEST = 3500; // after the first key that is not kept yet
  const AGAIN = 5000; // after a request that failed
  const LARGEST_TO_OUTLIVE = 60000; // bytes of a request that browsers finish after its page is gone
  const PRESENCE = 20000; // between two signs that somebody has the form open
  const IN_USE = 120000; // after the last sign of life: an open page alone does not keep a session alive
  const opened = document.querySelector('form input[name="_draft"]');
  const state = document.getElementById("draft-state");

  const others = document.getElementById("others-here");

  if (opened && state) keepDrafts(opened, opened.form);
  if (opened && others) tellPresence(opened.form, others);

  function tellPresence(form, others) {
    let used = Date.now();
    for (const sign of ["pointerdown", "keydown", "scroll"]) {
      addEventListener(sign, () => (used = Date.now()), { passive: true });
    }

    async function tell() {
      if (document.visibilityState === "hidden" || Date.now() - used > IN_USE) return;
      const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
      try {
        const answer = await fetch(others.dataset.url, { method: "POST", body, redirect: "error" });
        if (!answer.ok) return;
        const told = await answer.json();
        if (others.textContent !== told.others) others.textContent = told.others;
      } catch {
        // the next sign tells
      }
    }

    tell();
    setInterval(tell, PRESENCE);
  }

  function keepDrafts(opened, form) {
    const { url, awake, keeping, failed } = opened.dataset;
    const name = form.elements._window;
    name.value ||= crypto.randomUUID?.() ?? `${Date.now()}${Math.random()}`.slice(0, 40);
    let known = null; // what the form held when the page was ready, and then what has been kept
    let changes = 0; // made since the page was opened
    let kept = 0; // of these
    let since = 0; // when the first that is not kept was made
    let timer = 0;
    let isSending = false;
    let isLeaving = false;

    function note(event) {
      if (event.target.closest?.("[data-no-draft]")) return;
      if (known === null && !(event.originalEvent ?? event).isTrusted) return; // scripts that make the page ready
      if (changes === kept) since = Date.now();
      changes += 1;
      isLeaving = false; // what is written after the form was sent is not in it
      wait(Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now())));
    }

    function wait(milliseconds) {
      clearTimeout(timer);
      timer = setTimeout(send, milliseconds);
    }

    function read() {
      const sent = new URLSearchParams();
      for (const [field, value] of new FormData(form)) if (typeof value === "string") sent.append(field, value);
      return sent;
    }

    function holds() {
      const held = read();
      held.delete("_draft");
      held.delete("csrfmiddlewaretoken");
      return held.toString();
    }

    async function send(keepalive = false) {
      if (isSending || isLeaving || changes === kept) return;
      const counted = changes;
      const held = holds();
      if (held === known) {
        kept = counted;
        return;
      }
      isSending = true;
      state.textContent = keeping;
      try {
        const body = read().toString();
        const headers = { "Content-Type": "application/x-www-form-urlencoded" };
        const outlives = keepalive && body.length < LARGEST_TO_OUTLIVE;
        const answer = await fetch(url, { method: "POST", body, headers, keepalive: outlives, redirect: "error" });
        if (answer.status === 403) await renewToken();
        if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
        const told = await answer.json();
        opened.value = told._draft;
        kept = counted;
        known = held;
        since = Date.now();
        state.textContent = told.state;
        if (!location.search.includes("draft=") || location.search.includes("draft=0")) {
          history.replaceState(null, "", told.address);
        }
      } catch {
        state.textContent = failed;
        wait(AGAIN);
      }
      isSending = false;
      if (changes > kept && state.textContent !== failed) wait(PAUSE);
    }

    /* Whoever has logged in again in another tab has another token than the one in this form. */
    async function renewToken() {
      const answer = await fetch(awake, { redirect: "error" });
      if (!answer.ok) return;
      const { token } = await answer.json();
      for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = token;
    }

    addEventListener("load", () => {
      if (changes === 0) known = holds();
    });
    form.addEventListener("input", note);
    django.jQuery(form).on("change", note); // also what select2 and Django's own scripts change
    form.addEventListener("submit", (event) => {
      isLeaving = event.submitter?.formTarget !== "_blank"; // a preview leaves the form where it is
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") send(true);
    });
    addEventListener("pageshow", () => {
      isLeaving = false; // the browser has gone back to the form
    });
    addEventListener("beforeunload", (event) => {
      if (!isLeaving && changes > kept) event.preventDefault();
    });
  }
}
