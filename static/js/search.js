// The search field as a combobox: the list under it is moved in by arrow keys.
// Without this file the field is a form that leads to the search page.
(function () {
  "use strict";

  const field = document.querySelector("[data-search]");
  if (!field) return;
  const form = field.form;
  const options = form.querySelector(".search-options");
  const status = form.querySelector("[data-search-status]");

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");

  const listed = () => [...options.querySelectorAll("[role=option]")];
  const active = () => options.querySelector("[aria-selected=true]");

  function choose(option) {
    for (const one of listed()) one.setAttribute("aria-selected", String(one === option));
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  }

  function close() {
    options.replaceChildren();
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-controls");
    choose(null);
    status.textContent = "";
  }

  function move(step) {
    const all = listed();
    if (!all.length) {
      field.dispatchEvent(new Event("opened"));
      return;
    }
    const here = all.indexOf(active());
    const next = here === -1 && step < 0 ? all.length - 1 : here + step;
    choose(all[next] || null);
  }

  options.addEventListener("htmx:afterSwap", () => {
    const list = options.querySelector("[role=listbox]");
    // An answer that comes late must not open the list again.
    if (!list || document.activeElement !== field) {
      close();
      return;
    }
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "true");
    choose(null);
    status.textContent = list.dataset.status || "";
  });

  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && active()) {
      event.preventDefault();
      location.assign(active().dataset.href);
    } else if (event.key === "Escape" && listed().length) {
      event.preventDefault();
      close();
    } else if (event.key === "Tab") {
      close();
    }
  });

  // Before the field loses focus to the press itself.
  options.addEventListener("mousedown", (event) => event.preventDefault());
  options.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.href);
  });
  field.addEventListener("blur", close);

  function isWriting(element) {
    return element.closest("input, textarea, select, [contenteditable]") !== null;
  }

  document.addEventListener("keydown", (event) => {
    const hasControl = event.ctrlKey || event.metaKey;
    // A single character is a key of its own only for who has not turned that off.
    const isCharacter = "keys" in form.dataset && !hasControl && !event.altKey && !isWriting(event.target);
    if (isCharacter && event.key === "?") {
      location.assign(form.dataset.keys);
      return;
    }
    const isShortcut =
      (event.key.toLowerCase() === "k" && hasControl && !event.altKey && !event.shiftKey) ||
      (isCharacter && event.key === "/");
    if (!isShortcut) return;
    event.preventDefault();
    if (field.offsetParent === null) {
      location.assign(form.action);
      return;
    }
    field.focus();
    field.select();
  });
})();
