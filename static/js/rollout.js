// Convenience only: every page works without this file.
(function () {
  "use strict";

  const MESSAGE_STAYS_MS = 8000;

  // The section whose form was sent, so that the keyboard stays where it was when the
  // content has been replaced.
  let section = "";

  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.closest("[data-section]");
    if (form) section = form.dataset.section;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "main") return;
    const trouble = document.getElementById("trouble");
    const place = trouble || document.getElementById(section);
    const main = document.getElementById("main");
    (place || main).focus({ preventScroll: true });
    if (place) place.scrollIntoView({ block: "nearest" });
    letMessagesGo();
  });

  // What no event asked for, such as news every few seconds, is no sign of life: a page
  // that is left alone must not keep its login (config/sessions.py).
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.detail.triggeringEvent) event.detail.headers["X-Unattended"] = "true";
  });

  // Whoever asked for something is told that nothing came of it; else a button would
  // seem to do nothing at all.
  function tell(event) {
    const { requestConfig, xhr } = event.detail;
    if (!requestConfig.triggeringEvent) return;
    const isOurs = xhr.status === 0 || xhr.status === 429 || xhr.status >= 500;
    const text = document.getElementById(isOurs ? "no-answer" : "not-received");
    document.getElementById("messages").replaceChildren(text.content.cloneNode(true));
    letMessagesGo();
  }

  document.addEventListener("htmx:responseError", tell);
  document.addEventListener("htmx:sendError", tell);

  // A message stays in view while it is new, then scrolls away with the page.
  let timer;
  function letMessagesGo() {
    const messages = document.getElementById("messages");
    clearTimeout(timer);
    messages.classList.remove("is-old");
    timer = setTimeout(() => messages.classList.add("is-old"), MESSAGE_STAYS_MS);
  }

  // A link to a folded form opens it: "choose somebody" should not need a second click.
  function unfold() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const details = target && target.querySelector("details[data-unfold]");
    if (details) details.open = true;
  }

  addEventListener("hashchange", unfold);
  unfold();
  letMessagesGo();
})();
