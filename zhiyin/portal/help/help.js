// Suggestions while somebody types, and what was read before asking. Everything works without it.
(() => {
  const TRAIL = "zhiyin-help-read";
  const trail = () => {
    try { return JSON.parse(sessionStorage.getItem(TRAIL)) || []; } catch { return []; }
  };
  const read = document.querySelector("[data-read]");
  if (read) {
    const kept = [...trail().filter((key) => key !== read.dataset.read), read.dataset.read].slice(-5);
    try { sessionStorage.setItem(TRAIL, JSON.stringify(kept)); } catch { /* storage is off: the last one still goes along */ }
  }
  const ask = document.querySelector("a[data-ask]");
  if (ask && trail().length) {
    const address = new URL(ask.href);
    address.searchParams.set("read", trail().join(","));
    ask.href = address;
  }

  for (const form of document.querySelectorAll("form[data-suggest]")) {
    const input = form.querySelector("input[type=search]");
    const list = document.createElement("ul");
    let chosen = -1, waiting, asked = 0;
    list.id = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.dataset.list);
    form.append(list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, value);

    const show = (found) => {
      chosen = -1;
      list.replaceChildren(...found.map(({ title, address }, place) => {
        const item = document.createElement("li");
        item.id = `suggestion-${place}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.textContent = title;
        item.dataset.address = address;
        item.addEventListener("mousedown", (event) => { event.preventDefault(); location.assign(address); });
        return item;
      }));
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      input.removeAttribute("aria-activedescendant");
    };
    const look = async () => {
      const turn = ++asked, address = new URL(form.dataset.suggest, location.href);
      for (const [name, value] of new FormData(form)) address.searchParams.set(name, value);
      try {
        const answer = await fetch(address);
        const told = answer.ok ? await answer.json() : { suggestions: [] };
        if (turn === asked) show(told.suggestions);
      } catch { show([]); }
    };
    input.addEventListener("input", (event) => {
      clearTimeout(waiting);
      if (event.isComposing || !input.value.trim()) { asked++; show([]); return; }
      waiting = setTimeout(look, 150);
    });
    input.addEventListener("compositionend", () => { waiting = setTimeout(look, 50); });
    input.addEventListener("blur", () => show([]));
    input.addEventListener("keydown", (event) => {
      const items = [...list.children];
      if (event.isComposing || !items.length) return;
      if (event.key === "Escape") { show([]); return; }
      if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); location.assign(items[chosen].dataset.address); return; }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      chosen = (chosen + step + items.length) % items.length;
      items.forEach((item, place) => item.setAttribute("aria-selected", String(place === chosen)));
      input.setAttribute("aria-activedescendant", items[chosen].id);
    });
  }
})();
