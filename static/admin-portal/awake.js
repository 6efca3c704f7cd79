/* Whoever writes in a form gives a sign of life now and then, and is told at once when the session has ended. */
"use strict";

{
  const EVERY = 3 * 60 * 1000;
  const note = document.getElementById("logged-out");
  let told = Date.now();

  async function tell() {
    if (Date.now() - told < EVERY) return;
    told = Date.now();
    try {
      const answer = await fetch(note.dataset.url, { headers: { Accept: "application/json" }, redirect: "manual" });
      note.hidden = answer.ok;
    } catch {
      // no network: the next key tries again
    }
  }

  document.addEventListener("input", tell);
}
