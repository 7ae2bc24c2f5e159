/* Small conveniences. Every page works without this file. */
(() => {
  "use strict";

  // A second click on a deciding button sends nothing. (The server would not act twice either.)
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method.toLowerCase() !== "post") return;
    if (form.hasAttribute("data-busy")) {
      event.preventDefault();
      return;
    }
    // After other listeners: one of them may still hold the form back.
    setTimeout(() => {
      if (!event.defaultPrevented) form.setAttribute("data-busy", "");
    });
  });

  // Coming back with the browser's back button: the form may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("[data-busy]").forEach((form) => form.removeAttribute("data-busy"));
  });

  // Filters apply when a select or checkbox changes; the button stays for everybody else.
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.hasAttribute("data-auto-submit") && event.target.matches("select, [type=checkbox], [type=radio]")) {
      form.requestSubmit();
    }
  });

  // A slider says its value while it moves, and judges when it is let go.
  document.addEventListener("input", (event) => {
    const shown = event.target.dataset?.shows && document.getElementById(event.target.dataset.shows);
    if (shown) shown.textContent = event.target.value;
  });
  document.addEventListener("change", (event) => {
    if (event.target.dataset?.shows) event.target.form?.requestSubmit();
  });

  // Errors come first for the keyboard and the screen reader.
  document.querySelector(".error-summary")?.focus();

  // "/" goes to the search field, as in the tools support people know.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    const box = document.querySelector("[data-search]");
    if (box) {
      event.preventDefault();
      box.focus();
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) window.print();
  });

  // A passkey that was refused or interrupted says so on the page, not only in the console.
  document.addEventListener("allauth.error", () => {
    const notice = document.getElementById("passkey-error");
    if (notice) {
      notice.hidden = false;
      notice.focus();
    }
  });
})();
