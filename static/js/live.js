// Keeps #now new when somebody else changes something, and says so; never while
// somebody is writing, dragging or reading a refusal there. Convenience only.
(function () {
  "use strict";

  const region = () => document.getElementById("now");
  const note = () => document.getElementById("live-note");

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id === "live" && document.hidden) event.preventDefault();
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.id !== "live" || event.detail.xhr.status !== 200) return;
    if (isBusy()) {
      wait();
    } else {
      refresh();
    }
  });

  // What is written there, or where the keyboard stands without a name to return to,
  // would be lost.
  function isBusy() {
    if (document.querySelector("#trouble, .is-dragged, #now [data-keep]")) return true;
    const here = document.activeElement;
    if (region().contains(here) && (!here.id || here.matches("input, select, textarea"))) {
      return true;
    }
    return [...region().querySelectorAll("input, textarea, select")].some(isChanged);
  }

  function isChanged(field) {
    if (field.type === "hidden") return false;
    if (field.type === "checkbox" || field.type === "radio") {
      return field.checked !== field.defaultChecked;
    }
    if (field.type === "file") return field.files.length > 0;
    if (field.options) {
      const all = [...field.options];
      const before = all.find((option) => option.defaultSelected) || all[0];
      return Boolean(before) && !before.selected;
    }
    return field.value !== field.defaultValue;
  }

  function wait() {
    if (note().querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button";
    button.textContent = note().dataset.show;
    button.addEventListener("click", refresh);
    note().replaceChildren(`${note().dataset.waiting} `, button);
  }

  // Parts with a name, as they were, to show which of them became another.
  function parts() {
    const named = region().querySelectorAll("[id^=cell-], [id^=card-], [id^=milestone-]");
    return new Map([...named].map((part) => [part.id, part.textContent]));
  }

  function opened() {
    const open = region().querySelectorAll("details[open] > summary");
    return new Set([...open].map((summary) => summary.textContent));
  }

  let isRefreshing = false;

  // A second one at once would find nothing of what the first is putting back.
  async function refresh(click) {
    if (isRefreshing) return;
    isRefreshing = true;
    try {
      await renew(click);
    } finally {
      isRefreshing = false;
    }
  }

  async function renew(click) {
    const before = parts();
    const open = opened();
    const here = region().contains(document.activeElement) && document.activeElement.id;
    const page = document.getElementById("live").dataset.page;
    // Settled at once, or htmx would take the classes below away again.
    await htmx.ajax("GET", page, {
      target: "#now", select: "#now", swap: "outerHTML show:none settle:0ms", event: click,
    });
    region().querySelectorAll("details > summary").forEach((summary) => {
      if (open.has(summary.textContent)) summary.parentElement.open = true;
    });
    const again = here && document.getElementById(here);
    if (again) again.focus({ preventScroll: true });
    parts().forEach((text, id) => {
      if (before.get(id) !== text) document.getElementById(id).classList.add("is-new");
    });
    const time = new Date().toLocaleTimeString(document.documentElement.lang, {
      hour: "2-digit", minute: "2-digit",
    });
    note().textContent = `${note().dataset.updated} (${time}).`;
  }
})();
