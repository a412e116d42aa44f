// The page at work: the only file that knows the document. It keeps one selection, in the address, and draws all sections
// from its figures; drawing and counting are in the files before it.
"use strict";

(() => {
  const { escape, say, whole, percent, date } = Format;
  const query = (selector, inside = document) => inside.querySelector(selector);
  const queryAll = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const SECTIONS = ["glance", "map", "variants", "stages", "time", "segments", "rework", "cases"];

  let facts = null;
  let log = null;
  let figures = null; // of the selection
  let rest = null; // of what it is compared with
  let mask = null;
  let restMask = null;
  const state = { filters: [], compare: "", steps: 0.9, rows: 0.9, measure: "count", only: "", kpi: "", dimension: "", step: null, deal: -1, caseSearch: "", pathSearch: "" };
  const sorted = new Map(); // table → {column, direction}

  // ---- start --------------------------------------------------------------------------------------------------------

  async function start() {
    const { facts: read, log: indexed } = Count.unpack(await inflated(query("#log").textContent));
    facts = read;
    log = indexed;
    Format.use(facts);
    document.documentElement.classList.add("live");
    state.kpi = query('[data-view="kpi"]')?.value || "";
    state.dimension = query('[data-view="dimension"]')?.value || "";
    if (log) {
      drawBar();
      drawPanel();
      readAddress();
    } else {
      figures = facts.whole;
      draw();
    }
    listen();
    document.documentElement.dataset.ready = "true";
  }

  async function inflated(text) {
    const bytes = Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : decoded(text);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  function decoded(text) {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  }

  // ---- the address: #region=West&follows=Quote%20Revised,Approval%20Returned,direct&compare=rest ---------------------

  const encode = (value) => encodeURIComponent(value).replace(/'/g, "%27");

  function address() {
    const parts = state.filters.map(({ key, values }) => `${encode(key)}=${values.map(encode).join(",")}`);
    if (state.compare) parts.push(`compare=${encode(state.compare)}`);
    return parts.join("&");
  }

  function parsed(text) {
    const filters = [];
    let compare = "";
    for (const part of text.split("&")) {
      const at = part.indexOf("=");
      if (at < 0) continue;
      const key = plain(part.slice(0, at));
      const values = part.slice(at + 1).split(",").map(plain);
      if (key === "compare") compare = values[0];
      else filters.push({ key, values });
    }
    return { filters, compare };
  }

  function plain(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  function readAddress() {
    const text = location.hash.slice(1);
    if (text && !text.includes("=")) {
      select();
      query(`#${CSS.escape(plain(text))}`)?.scrollIntoView();
      return;
    }
    Object.assign(state, parsed(text));
    select();
  }

  // Writes the selection to the address, so that "back" undoes it, and applies it.
  function change(filters) {
    state.filters = filters;
    state.step = null;
    push();
  }

  function push() {
    const text = address();
    history.pushState({ depth: (history.state?.depth || 0) + 1 }, "", text ? `#${text}` : location.pathname + location.search);
    select();
  }

  const same = (a, b) => a.key === b.key && a.values.join("\n") === b.values.join("\n");
  const has = (filter) => state.filters.some((each) => same(each, filter));
  const toggled = (filter) => (has(filter) ? state.filters.filter((each) => !same(each, filter)) : [...state.filters, filter]);

  // ---- selection ----------------------------------------------------------------------------------------------------

  function select() {
    const began = performance.now();
    mask = Count.select(log, state.filters);
    const counted = Count.result(log, mask);
    if (state.filters.length) counted.edges.length; // the map counts them, so this is the time of a count
    document.documentElement.dataset.counted = String(Math.round(10 * (performance.now() - began)) / 10);
    figures = state.filters.length ? counted : facts.whole;
    rest = comparison();
    draw();
    document.documentElement.dataset.took = String(Math.round(performance.now() - began));
  }

  // What the selection is compared with: the others, all deals, a named selection; without a choice, all deals.
  function comparison() {
    if (!state.filters.length) return null;
    restMask = state.compare === "rest" ? Uint8Array.from(mask, (each) => 1 - each) : Count.select(log, parsed(state.compare.replace(/^=|^all$/, "")).filters);
    return !state.compare || state.compare === "all" ? facts.whole : Count.result(log, restMask);
  }

  function view() {
    const isAll = Boolean(rest) && !state.compare;
    const named = facts.selections.find(({ filter }) => `=${filter}` === state.compare);
    const shown = {
      rest,
      isAll,
      restLabel: { rest: say("compare.rest"), all: say("compare.all") }[state.compare] || (named ? named.label : state.compare),
      label: state.filters.map(chipWords).join(", "),
      steps: state.steps,
      rows: state.rows,
      only: state.only === "" ? null : Number(state.only),
      measure: state.measure,
      live: true,
      hasCases: Boolean(log),
      chosen: chosen(),
      kpi: state.kpi,
      dimension: state.dimension,
    };
    // What only one section reads is counted for that section.
    return Count.lazily(shown, {
      segments: segmentsShown,
      restSegments: () => (rest ? restSegments() : null),
      step: stepShown,
      deals: () => (state.caseSearch && log ? searched() : null),
      deal: () => (state.deal >= 0 ? Count.oneCase(log, state.deal) : null),
      found: () => (state.pathSearch && log ? pathsFound() : null),
    });
  }

  // What is pressed in the pictures, by the names that these use.
  function chosen() {
    const names = new Set();
    const at = (name) => facts.activities.findIndex((activity) => activity.name === name);
    for (const { key, values } of state.filters) {
      if (key === "with" || key === "without") names.add(`${key} ${at(values[0])}`);
      if (key === "follows") names.add(`follows ${at(values[0])} ${at(values[1])}`);
      if (key === "path") names.add(`path ${values.map(at).join(" ")}`);
      for (const value of values) names.add(`${key} ${value}`);
    }
    return names;
  }

  function segmentsShown() {
    if (!state.filters.length || !log) {
      const known = facts.segmentFigures[state.dimension];
      if (known) return known[state.kpi] || [];
    }
    return log && state.kpi && state.dimension ? Count.segments(log, mask, state.kpi, state.dimension) : [];
  }

  function restSegments() {
    if (rest === facts.whole && facts.segmentFigures[state.dimension]) return facts.segmentFigures[state.dimension][state.kpi];
    return state.kpi && state.dimension ? Count.segments(log, restMask, state.kpi, state.dimension) : null;
  }

  function stepShown() {
    if (!state.step || !log || !log.hasWaits) return null;
    return { ...state.step, times: Count.waitsOf(log, mask, state.step.from, state.step.to) };
  }

  function searched() {
    const wanted = state.caseSearch.toLowerCase();
    const found = new Uint8Array(log.cases);
    let left = 50;
    for (let c = 0; c < log.cases && left; c++) {
      if (mask[c] && log.idOf(c).toLowerCase().includes(wanted)) {
        found[c] = 1;
        left--;
      }
    }
    return Count.deals(log, found);
  }

  // The paths of the selection with an activity whose label has the text.
  function pathsFound() {
    const wanted = state.pathSearch.toLowerCase();
    const names = facts.activities.filter(({ label }) => label.toLowerCase().includes(wanted)).map(({ name }) => name);
    const { paths, variants } = Count.result(log, Count.select(log, [...state.filters, { key: "any", values: names }]));
    return { paths, variants };
  }

  // ---- drawing ------------------------------------------------------------------------------------------------------

  let pending = 0;

  // Draws the sections in sight at once and the others in the pauses after.
  function draw() {
    stopReplay();
    drawChips();
    const shown = view();
    const inSight = (section) => {
      const { top, bottom } = query(`#${section}`).getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    };
    const waiting = SECTIONS.filter((section) => !inSight(section));
    for (const section of SECTIONS) if (!waiting.includes(section)) drawSection(section, shown);
    const turn = ++pending;
    document.documentElement.dataset.drawn = "false";
    const next = () => {
      if (turn !== pending) return;
      const section = waiting.shift();
      if (section) {
        drawSection(section, shown);
        setTimeout(next);
      } else document.documentElement.dataset.drawn = "true";
    };
    setTimeout(next);
  }

  function drawSection(section, shown = view()) {
    const focus = focusedIn(section);
    const opened = new Set(queryAll(`#${section} details[open] > summary`).map((each) => each.textContent));
    for (const [part, html] of Object.entries(Sections[section](facts, figures, shown))) {
      const place = query(`[data-part="${part}"]`);
      if (place && place.innerHTML !== html) place.innerHTML = html;
    }
    queryAll(`#${section} details`).forEach((each) => {
      if (opened.has(query("summary", each)?.textContent)) each.open = true;
    });
    for (const table of queryAll(`#${section} table[id]`)) if (sorted.has(table.id)) sortTable(table);
    if (focus) refocus(focus);
  }

  // A selector for what has the focus in a section, so that redrawing keeps it.
  function focusedIn(section) {
    const active = document.activeElement;
    if (!active || !active.closest(`#${section}`)) return null;
    for (const name of ["activity", "edge", "path", "segment", "variant", "case", "repeats", "csv"]) {
      const value = active.dataset[name];
      if (value !== undefined) return `#${section} ${active.tagName === "BUTTON" ? "button" : ".row"}[data-${name}="${CSS.escape(value)}"]`;
    }
    const head = active.closest("th");
    if (head) return `#${head.closest("table").id} th:nth-child(${head.cellIndex + 1}) .sort`;
    const part = active.closest("[data-part]")?.dataset.part;
    return part && active.matches("summary, .scroll") ? `[data-part="${part}"] ${active.matches("summary") ? "summary" : ".scroll"}` : null;
  }

  // The first match that is shown: a picture is there in a wide and a narrow shape.
  function refocus(selector) {
    const place = queryAll(selector).find((each) => each.getClientRects().length);
    if (!place) return;
    if (place.matches(".row")) rove(place);
    place.focus({ preventScroll: true });
  }

  function rove(row) {
    for (const each of queryAll(".row[role]", row.closest("svg"))) each.setAttribute("tabindex", each === row ? 0 : -1);
  }

  function drawChips() {
    const all = facts.whole.cases;
    const count = query('[data-bar="count"]');
    const words = figures.cases === all ? say("bar.count.all", { all: whole(all) }) : say("bar.count", { n: whole(figures.cases), all: whole(all) });
    if (count.textContent !== words) count.textContent = words;
    if (!log) return;
    const focused = document.activeElement?.closest('[data-bar="chips"], [data-bar="tools"]') && document.activeElement.dataset;
    query('[data-bar="chips"]').innerHTML = state.filters
      .map((filter, at) => {
        const words_ = chipWords(filter);
        return `<span class="chip" title="${escape(words_)}"><span class="words">${escape(words_)}</span><button type="button" data-remove="${at}"><span aria-hidden="true">×</span><span class="hidden">${escape(say("bar.remove", { chip: words_ }))}</span></button></span>`;
      })
      .join("");
    query('[data-bar="tools"]').innerHTML = tools();
    for (const each of queryAll("[data-pick]")) each.value = state.filters.find(({ key, values }) => key === each.dataset.pick && values.length === 1)?.values[0] || "";
    if (!focused) return;
    // A removed chip leaves the focus to the next one, a button that is gone to the first.
    const { remove, do: name } = focused;
    const next = remove === undefined ? query(`[data-bar="tools"] [data-do="${{ compare: "against" }[name] || name}"]`) : queryAll("[data-remove]")[Math.min(Number(remove), state.filters.length - 1)];
    (next || query('[data-do="more"]')).focus();
  }

  function tools() {
    const button = (name, key, more = "") => `<button type="button" data-do="${name}"${more}>${escape(say(key))}</button>`;
    const parts = [button("more", "bar.more", ` aria-expanded="${!query('[data-bar="panel"]').hidden}"`)];
    if (state.filters.length) {
      parts.push(button("clear", "bar.clear"));
      const options = [["", say("bar.compare.off")], ["rest", say("compare.rest")], ["all", say("compare.all")], ...facts.selections.map(({ label, filter }) => [`=${filter}`, label])];
      if (state.compare) {
        parts.push(`<label><span class="hidden">${escape(say("bar.compare.with"))}</span><select data-do="against">${options.map(([value, label]) => `<option value="${escape(value)}"${value === state.compare ? " selected" : ""}>${escape(value ? `B: ${label}` : label)}</option>`).join("")}</select></label>`);
      } else parts.push(button("compare", "bar.compare"));
    }
    if (history.state?.depth) parts.push(button("undo", "bar.undo"));
    return parts.join("");
  }

  const labelOf = (name) => facts.activities.find((activity) => activity.name === name)?.label || name;

  function chipWords({ key, values }) {
    const dimension = facts.dimensions.find(({ code }) => code === key);
    if (dimension) {
      const list = values.map((value) => dimension.segments.find(({ name }) => name === value)?.label || value).join(", ");
      return say("chip.dimension", { dimension: dimension.label, list });
    }
    // An address may say anything: what is no date, number or step is shown as it stands there.
    const [a, b = "", how, limit, days] = values;
    const dated = (text) => (/^\d{4}-(0[1-9]|1[0-2])-\d\d$/.test(text) ? date(text) : text || "…");
    const counted = (text) => (text && !Number.isNaN(Number(text)) ? whole(Number(text)) : text || "…");
    if (["started", "completed", "contained", "intersecting"].includes(key)) return say(`chip.${key}`, { from: dated(a), to: dated(b) });
    if (key === "value" || key === "days") return say(`chip.${key}`, { from: counted(a), to: counted(b) });
    if (key === "variant") return say("chip.variant", { list: values.join(", ") });
    if (key === "path") return say("chip.path", { list: values.map((name) => facts.activities.find((activity) => activity.name === name)?.short || name).join(" → ") });
    if (key === "top" && !Number.isNaN(Number(a))) return say("chip.top", { share: percent(Number(a) / 100) });
    if (key === "repeats") return say("chip.repeats", { activity: labelOf(a), n: b || "2" });
    if (key === "follows") {
      const base = say(how === "eventual" ? "chip.eventual" : "chip.direct", { from: labelOf(a), to: labelOf(b) });
      return days && ["within", "after"].includes(limit) ? `${base}, ${say(`chip.${limit}`, { days })}` : base;
    }
    return ["with", "without", "starts", "ends"].includes(key) ? say(`chip.${key}`, { activity: labelOf(a) }) : `${key}: ${values.join(", ")}`;
  }

  // ---- bar and panel ------------------------------------------------------------------------------------------------

  const option = (value, label, isChosen = false) => `<option value="${escape(value)}"${isChosen ? " selected" : ""}>${escape(label)}</option>`;

  function drawBar() {
    const first = ["region", "product_category", "sales_representative", "outcome"];
    const shown = first.map((code) => facts.dimensions.find((each) => each.code === code)).filter(Boolean);
    const dimensions = shown.length ? shown : facts.dimensions.slice(0, 3);
    const picks = dimensions.map(({ code, label, segments }) => `<label><span class="hidden">${escape(label)}</span><select data-pick="${escape(code)}">${option("", say("bar.any", { dimension: label }))}${segments.slice(0, 200).map((segment) => option(segment.name, segment.label)).join("")}</select></label>`);
    const saved = facts.selections.length ? [`<label><span class="hidden">${escape(say("bar.saved"))}</span><select data-do="saved">${option("", say("bar.saved"))}${facts.selections.map(({ label, filter }) => option(filter, label)).join("")}</select></label>`] : [];
    query('[data-bar="selects"]').innerHTML = [...picks, ...saved].join("");
  }

  const activityOptions = () => facts.activities.map(({ name, label }) => option(name, label)).join("");
  const field = (key, control) => `<label>${escape(say(key))}${control}</label>`;
  const select_ = (name, options) => `<select name="${name}">${options}</select>`;
  const input = (name, kind, more = "") => `<input name="${name}" type="${kind}"${more}>`;

  // The fields of each kind of condition, and how they become the values of a filter.
  const CONDITIONS = {
    period: {
      fields: () => field("form.how", select_("key", ["started", "completed", "contained", "intersecting"].map((each) => option(each, say(`form.${each}`))).join(""))) + field("form.from", input("a", "date")) + field("form.to", input("b", "date")),
      filter: (form) => ({ key: form.key.value, values: [form.a.value, form.b.value] }),
    },
    dimension: {
      fields: () => field("form.dimension", select_("key", facts.dimensions.map(({ code, label }) => option(code, label)).join(""))) + field("segments.segment", `<select name="a" multiple size="4"></select>`),
      filter: (form) => ({ key: form.key.value, values: [...form.a.selectedOptions].map(({ value }) => value) }),
    },
    value: { fields: () => field("form.from", input("a", "number", ' min="0"')) + field("form.to", input("b", "number", ' min="0"')), filter: (form) => ({ key: "value", values: [form.a.value, form.b.value] }) },
    days: { fields: () => field("form.from", input("a", "number", ' min="0" step="any"')) + field("form.to", input("b", "number", ' min="0" step="any"')), filter: (form) => ({ key: "days", values: [form.a.value, form.b.value] }) },
    top: { fields: () => field("form.top", input("a", "number", ' min="1" max="100" value="80"')), filter: (form) => ({ key: "top", values: [form.a.value] }) },
    with: { fields: () => field("map.activity", select_("a", activityOptions())), filter: (form) => ({ key: "with", values: [form.a.value] }) },
    without: { fields: () => field("map.activity", select_("a", activityOptions())), filter: (form) => ({ key: "without", values: [form.a.value] }) },
    starts: { fields: () => field("map.activity", select_("a", activityOptions())), filter: (form) => ({ key: "starts", values: [form.a.value] }) },
    ends: { fields: () => field("map.activity", select_("a", activityOptions())), filter: (form) => ({ key: "ends", values: [form.a.value] }) },
    repeats: { fields: () => field("map.activity", select_("a", activityOptions())) + field("form.times", input("b", "number", ' min="2" value="2"')), filter: (form) => ({ key: "repeats", values: [form.a.value, form.b.value] }) },
    follows: {
      fields: () =>
        field("form.from", select_("a", activityOptions())) + field("form.how", select_("c", option("direct", say("form.direct")) + option("eventual", say("form.eventual")))) + field("form.to", select_("b", activityOptions())) +
        (log.hasWaits ? field("form.limit", select_("d", option("", say("form.none")) + option("within", say("form.within")) + option("after", say("form.after")))) + field("days.unit.long", input("e", "number", ' min="0" step="any"')) : ""),
      filter: (form) => ({ key: "follows", values: [form.a.value, form.b.value, form.c.value, ...(form.d?.value && form.e.value ? [form.d.value, form.e.value] : [])] }),
    },
  };

  function drawPanel(kind = "period") {
    const panel = query('[data-bar="panel"]');
    const kinds = Object.keys(CONDITIONS).map((each) => option(each, say(`form.${each}`), each === kind)).join("");
    panel.innerHTML = field("form.kind", select_("kind", kinds)) + CONDITIONS[kind].fields() + `<button type="submit">${escape(say("bar.apply"))}</button><button type="button" data-do="close">${escape(say("bar.close"))}</button>`;
    fillSegments();
  }

  function fillSegments() {
    const panel = query('[data-bar="panel"]');
    if (panel.elements.kind.value !== "dimension") return;
    const dimension = facts.dimensions.find(({ code }) => code === panel.elements.key.value);
    panel.elements.a.innerHTML = dimension.segments.map((segment) => option(segment.name, segment.label)).join("");
  }

  // ---- events -------------------------------------------------------------------------------------------------------

  function listen() {
    document.addEventListener("click", onClick);
    document.addEventListener("change", onChange);
    document.addEventListener("input", onInput);
    document.addEventListener("keydown", onKey);
    document.addEventListener("submit", onSubmit);
    document.addEventListener("toggle", onToggle, true);
    addEventListener("popstate", () => log && readAddress());
    if (log) listenToDrags();
    queryAll(".rail a").forEach((link) => link.addEventListener("click", (event) => goTo(event, link.getAttribute("href"))));
    addEventListener("scroll", markSection, { passive: true });
    markSection();
  }

  function goTo(event, href) {
    event.preventDefault();
    const place = query(href);
    if (place.tagName === "DETAILS") place.open = true;
    showPlace(place);
  }

  // Scrolls to a section and leaves the focus on its heading.
  function showPlace(place) {
    place.scrollIntoView();
    const heading = query("h1, h2", place) || place;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  function markSection() {
    const current = queryAll("main > section").filter((section) => section.getBoundingClientRect().top < 140).pop();
    for (const link of queryAll(".rail a")) {
      if (current && link.getAttribute("href") === `#${current.id}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  const nameAt = (at) => facts.activities[Number(at)].name;

  // Each kind of mark in a picture or table, and the filter that a click on it switches.
  const MARKS = {
    activity: (at) => cycle(nameAt(at)),
    edge: (pair) => {
      const [from, to] = pair.split(" ").map(Number);
      const filter = { key: "follows", values: [nameAt(from), nameAt(to), "direct"] };
      const isOn = !has(filter);
      state.filters = toggled(filter);
      state.step = isOn ? { from, to } : null;
      push();
    },
    path: (key) => change(toggled({ key: "path", values: key.split(" ").map(nameAt) })),
    variant: (number) => change(toggled({ key: "variant", values: [number] })),
    segment: (at) => {
      const dimension = facts.dimensions.find(({ code }) => code === state.dimension);
      change(toggled({ key: state.dimension, values: [dimension.segments[Number(at)].name] }));
    },
    repeats: (at) => change(toggled({ key: "repeats", values: [nameAt(at), "2"] })),
    month: (text) => change(toggled({ key: "intersecting", values: [`${text}-01`, lastDay(text)] })),
    case: (id) => openDeal(id),
  };

  // With this activity; again: without it; again: off.
  function cycle(name) {
    const [on, off] = [{ key: "with", values: [name] }, { key: "without", values: [name] }];
    const others = state.filters.filter((each) => !same(each, on) && !same(each, off));
    change(has(on) ? [...others, off] : has(off) ? others : [...others, on]);
  }

  const lastDay = (text) => {
    const [year, number] = text.split("-").map(Number);
    const next = number === 12 ? `${year + 1}-01-01` : `${year}-${String(number + 1).padStart(2, "0")}-01`;
    return Count.dateOf(Count.dayNumber(next) - 1);
  };

  function openDeal(id) {
    const found = Count.indexOf(log, id);
    state.deal = state.deal === found ? -1 : found;
    drawSection("cases");
    const deal = query(".deal");
    if (deal) {
      deal.scrollIntoView({ block: "center" });
      deal.focus({ preventScroll: true });
    }
  }

  const ACTIONS = {
    more: () => togglePanel(query('[data-bar="panel"]').hidden),
    close: () => togglePanel(false),
    clear: () => {
      state.compare = "";
      change([]);
    },
    undo: () => history.back(),
    compare: () => {
      state.compare = "rest";
      push();
    },
    replay: () => toggleReplay(),
    svg: () => saveSvg(),
    png: () => savePng(),
  };

  function togglePanel(isOpen) {
    query('[data-bar="panel"]').hidden = !isOpen;
    drawChips();
    query(isOpen ? '[data-bar="panel"] select' : '[data-do="more"]').focus();
  }

  function onClick(event) {
    const target = event.target.closest("[data-do], [data-remove], [data-csv], .sort, [data-activity], [data-edge], [data-path], [data-variant], [data-segment], [data-repeats], [data-month], [data-case], a[href^='#']");
    if (!target) return;
    const { dataset } = target;
    if (target.matches("a")) {
      const section = target.getAttribute("href");
      if (!target.closest(".rail") && !section.includes("=") && query(section)) goTo(event, section);
    } else if (dataset.do && ACTIONS[dataset.do] && target.tagName === "BUTTON") ACTIONS[dataset.do]();
    else if (dataset.remove !== undefined) change(state.filters.filter((_each, at) => at !== Number(dataset.remove)));
    else if (dataset.csv) saveCsv(dataset.csv);
    else if (target.classList.contains("sort")) sortBy(target.closest("th"));
    else if (log) {
      const mark = Object.keys(MARKS).find((name) => dataset[name] !== undefined);
      if (mark) MARKS[mark](dataset[mark]);
    }
  }

  function onChange(event) {
    const { target } = event;
    if (target.dataset.pick !== undefined) {
      const others = state.filters.filter(({ key }) => key !== target.dataset.pick);
      change(target.value ? [...others, { key: target.dataset.pick, values: [target.value] }] : others);
    } else if (target.dataset.do === "saved" && target.value) {
      change(parsed(target.value).filters);
      target.value = "";
    } else if (target.dataset.do === "against") {
      state.compare = target.value;
      push();
    } else if (target.name === "kind") drawPanel(target.value);
    else if (target.name === "key" && target.form?.elements.kind?.value === "dimension") fillSegments();
    else if (["measure", "only", "kpi", "dimension"].includes(target.dataset.view)) {
      state[target.dataset.view] = target.value;
      drawSection({ measure: "map", only: "map" }[target.dataset.view] || "segments");
    }
  }

  function onInput({ target }) {
    const name = target.dataset.view;
    if (name === "steps" || name === "rows") {
      state[name] = Number(target.value) / 100;
      query(`[data-shown="${name}"]`).textContent = percent(state[name]);
      drawSection("map");
    } else if (name === "caseSearch" || name === "pathSearch") {
      state[name] = target.value;
      drawSection(name === "caseSearch" ? "cases" : "variants");
    } else if (target.dataset.replay) showDay(Number(target.value));
  }

  function onSubmit(event) {
    event.preventDefault();
    const form = event.target.elements;
    const filter = CONDITIONS[form.kind.value].filter(form);
    if (filter.values.some((value) => value !== "")) change([...state.filters.filter((each) => !same(each, filter)), filter]);
  }

  function onToggle({ target }) {
    if (log && target.dataset?.doOpen === "dotted" && target.open) drawDots();
  }

  function onKey(event) {
    const { key, target } = event;
    const isTyping = target.matches("input, select, textarea");
    if (key === "Escape") {
      if (target.type === "search" && target.value) return; // the browser empties it
      if (!query('[data-bar="panel"]').hidden) togglePanel(false);
      else if (event.shiftKey && log) ACTIONS.clear();
      else if (log && state.filters.length) change(state.filters.slice(0, -1));
    } else if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (key === "/") {
      event.preventDefault();
      (query('[data-view="caseSearch"]') || query('[data-view="pathSearch"]'))?.focus();
    } else if (key === "[" || key === "]") step(key === "]" ? 1 : -1);
    else if (target.matches(".row[role]")) onRowKey(event);
  }

  function step(by) {
    const all = queryAll("main > section");
    // The last sections are too short to reach the top of the window: then the heading in focus tells.
    const focused = document.activeElement.closest("main > section");
    const marked = query(".rail a[aria-current]")?.getAttribute("href").slice(1);
    const isSeen = focused && document.activeElement.getBoundingClientRect().top >= 0 && document.activeElement.getBoundingClientRect().top < innerHeight;
    const current = isSeen ? all.indexOf(focused) : all.findIndex(({ id }) => id === marked);
    showPlace(all[Math.min(all.length - 1, Math.max(0, current + by))]);
  }

  function onRowKey(event) {
    const rows = queryAll(".row[role]", event.target.closest("svg"));
    const at = rows.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      event.target.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    } else if (to !== undefined && rows[to]) {
      event.preventDefault();
      rove(rows[to]);
      rows[to].focus();
    }
  }

  // A drag over the months of the first picture is a period.
  function listenToDrags() {
    let from = null;
    const monthAt = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-start]")?.dataset.start;
    const paint = (to) => {
      const [a, b] = [from, to].sort();
      for (const each of queryAll("[data-start]")) each.classList.toggle("picked", each.dataset.start >= a && each.dataset.start <= b);
    };
    document.addEventListener("pointerdown", (event) => {
      from = event.target.closest?.("[data-start]")?.dataset.start || null;
      if (from) {
        event.preventDefault();
        paint(from);
      }
    });
    document.addEventListener("pointermove", (event) => {
      const to = from && monthAt(event);
      if (to) paint(to);
    });
    document.addEventListener("pointerup", (event) => {
      if (!from) return;
      const [a, b] = [from, monthAt(event) || from].sort();
      from = null;
      const filter = { key: "started", values: [`${a}-01`, lastDay(b)] };
      change(has(filter) ? state.filters.filter((each) => !same(each, filter)) : [...state.filters.filter(({ key }) => key !== "started"), filter]);
    });
  }

  // ---- tables and files ---------------------------------------------------------------------------------------------

  function sortBy(head) {
    const table = head.closest("table");
    const column = [...head.parentElement.children].indexOf(head);
    const before = sorted.get(table.id);
    const direction = before && before.column === column ? -before.direction : head.classList.contains("number") ? -1 : 1;
    sorted.set(table.id, { column, direction });
    sortTable(table);
  }

  function sortTable(table) {
    const { column, direction } = sorted.get(table.id);
    const body = query("tbody", table);
    const rows = [...body.rows].map((row, at) => ({ row, at, value: row.cells[column].dataset.v ?? row.cells[column].textContent }));
    const isNumber = rows.every(({ value }) => value === "" || !Number.isNaN(Number(value)));
    rows.sort((a, b) => {
      if (a.value === "" || b.value === "") return (a.value === "") - (b.value === "") || a.at - b.at;
      const order = isNumber ? Number(a.value) - Number(b.value) : a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
      return direction * order || a.at - b.at;
    });
    body.append(...rows.map(({ row }) => row));
    [...query("thead tr", table).cells].forEach((head, at) => {
      if (at === column) head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
  }

  // A text that a spreadsheet would read as a formula gets an apostrophe.
  function csvCell(text) {
    const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  }

  function saveCsv(id) {
    const table = query(`#table-${id}`);
    const cells = (row) => [...row.cells].map((cell) => csvCell(cell.dataset.v ?? cell.textContent.trim())).join(",");
    save(`${id}.csv`, "text/csv", "\ufeff" + [...table.rows].map(cells).join("\r\n") + "\r\n");
  }

  function save(name, kind, content) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type: kind }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // The picture as a file of its own: with the style of the page, its colours as they are now.
  function pictured() {
    const picture = query("#map svg.wide").cloneNode(true);
    picture.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    const now = getComputedStyle(document.documentElement);
    const rules = [...query("style").sheet.cssRules].map((rule) => rule.cssText).filter((text) => !text.startsWith("@media") && !text.startsWith(":root"));
    const dark = now.colorScheme === "dark" || (now.colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches);
    const tokens = [...query("style").sheet.cssRules].find((rule) => rule.selectorText === ":root").cssText.replace("color-scheme: light dark", `color-scheme: ${dark ? "dark" : "light"}`).replace(":root", "svg");
    const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
    style.textContent = `${tokens} svg{background:var(--bg);font-family:${getComputedStyle(document.body).fontFamily}} ${rules.filter((text) => /^\.|^rect|^circle/.test(text)).join(" ")}`;
    picture.prepend(style);
    return new XMLSerializer().serializeToString(picture);
  }

  function saveSvg() {
    save("process-line.svg", "image/svg+xml", pictured());
  }

  function savePng() {
    const picture = query("#map svg.wide");
    const [w, h] = ["width", "height"].map((name) => Number(picture.getAttribute(name)) * 2);
    const image = new Image();
    image.onload = () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: w, height: h });
      canvas.getContext("2d").drawImage(image, 0, 0, w, h);
      canvas.toBlob((blob) => save("process-line.png", "image/png", blob));
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(pictured());
  }

  // ---- replay and dots ------------------------------------------------------------------------------------------------

  let replay = null; // {counts, day, timer}

  function toggleReplay() {
    if (replay?.timer) return pauseReplay();
    if (!log?.hasWaits) return undefined;
    if (!replay) {
      replay = { counts: Count.eventsByDay(log, mask), day: 0, timer: 0 };
      const slider = query('[data-replay="day"]');
      slider.max = String(facts.lastDay - facts.firstDay);
      slider.classList.add("shown");
    }
    if (replay.day >= facts.lastDay - facts.firstDay) replay.day = 0;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return showDay(replay.day);
    replay.timer = setInterval(() => {
      if (replay.day >= facts.lastDay - facts.firstDay) pauseReplay();
      else showDay(replay.day + 1);
    }, 60);
    return nameReplay();
  }

  function nameReplay() {
    const button = query('[data-do="replay"]');
    button.textContent = say(replay?.timer ? "map.replay.pause" : "map.replay");
    button.setAttribute("aria-pressed", String(Boolean(replay?.timer)));
  }

  function pauseReplay() {
    if (replay) clearInterval(replay.timer);
    if (replay) replay.timer = 0;
    nameReplay();
  }

  function stopReplay() {
    pauseReplay();
    replay = null;
    query('[data-replay="day"]')?.classList.remove("shown");
    const shown = query('[data-replay="date"]');
    if (shown) shown.textContent = "";
    for (const dot of queryAll("circle.replay")) dot.remove();
  }

  // Events of the 7 days up to this one, as discs on the nodes.
  function showDay(day) {
    if (!replay) return;
    replay.day = day;
    query('[data-replay="day"]').value = String(day);
    query('[data-replay="date"]').textContent = date(Count.dateOf(facts.firstDay + day));
    for (const node of queryAll("#map svg circle.node[data-activity]")) {
      const counts = replay.counts[Number(node.dataset.activity)];
      let events = 0;
      for (let each = Math.max(0, day - 6); each <= day; each++) events += counts[each];
      let dot = node.nextElementSibling;
      if (!dot?.matches("circle.replay")) {
        dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
        dot.setAttribute("class", "replay");
        dot.setAttribute("cx", node.getAttribute("cx"));
        dot.setAttribute("cy", node.getAttribute("cy"));
        node.after(dot);
      }
      dot.setAttribute("r", String(events ? Math.min(11, 2 + 2.2 * Math.sqrt(events)) : 0));
    }
  }

  const DOTTED = 20000; // cases that the dotted chart shows at most

  function drawDots() {
    const canvas = query('[data-canvas="dotted"]');
    const context = canvas.getContext("2d");
    const colours = facts.phases.map((_phase, p) => getComputedStyle(query(".sw.p" + (p % 8)) || canvas).backgroundColor);
    context.clearRect(0, 0, canvas.width, canvas.height);
    const cases = [];
    for (let c = 0; c < log.cases; c++) if (mask[c]) cases.push(c);
    cases.sort((a, b) => log.columns.start[a] - log.columns.start[b] || a - b);
    const every = Math.max(1, Math.ceil(cases.length / DOTTED));
    const shown = cases.filter((_case, at) => at % every === 0);
    const days = facts.lastDay - facts.firstDay + 1;
    shown.forEach((c, at) => {
      const y = (at / Math.max(1, shown.length)) * (canvas.height - 4) + 2;
      const deal = Count.oneCase(log, c);
      for (const event of deal.events) {
        context.fillStyle = colours[facts.activities[event.activity].phase];
        context.fillRect(((log.columns.start[c] + event.day) / days) * (canvas.width - 4) + 2, y, 1.6, 1.6);
      }
    });
  }

  start();
})();
