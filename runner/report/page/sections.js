// The sections of the page: for each a sentence, its picture and its table, from the figures of a selection. A section
// is a function of (facts, figures, view) that returns the HTML of its parts by name; the build and the page call it alike.
"use strict";

const Sections = (() => {
  const { escape, say, name, whole, decimal, days, percent, money, date, kpi: inUnit, parts: figureParts, change, NONE } = Format;

  const activity = (facts, a) => facts.activities[a].label;
  const step = (facts, edge) => say("step", { from: name(activity(facts, edge.from)), to: name(activity(facts, edge.to)) });
  const total = (edges) => edges.reduce((sum, edge) => sum + (edge.total || 0), 0);

  // The largest row by a figure; ties keep the first.
  const largest = (rows, figure) => rows.reduce((best, row) => (figure(row) > (best ? figure(best) : 0) ? row : best), null);

  // What a selection is compared with: B, or all deals.
  const restName = (view) => say(view.isAll ? "compare.all" : "compare.b");

  // Columns: {key, kind: "text" | "number", show(row), value(row)}. A cell carries its value for sorting and for the CSV.
  function table(id, columns, rows, live) {
    const head = columns
      .map(({ key, kind, words: given }) => {
        const words = escape(given || say(key));
        const inner = live ? `<button type="button" class="sort">${words}</button>` : words;
        return `<th scope="col" class="${kind}">${inner}</th>`;
      })
      .join("");
    const body = rows
      .map((row) => {
        const cells = columns.map(({ kind, show, value }) => {
          const sorted = value ? value(row) : "";
          return `<td class="${kind}"${value ? ` data-v="${escape(sorted === null || sorted === undefined ? "" : sorted)}"` : ""}>${show(row)}</td>`;
        });
        return `<tr>${cells.join("")}</tr>`;
      })
      .join("");
    const save = live ? `<p class="tools"><button type="button" class="csv" data-csv="${id}">${escape(say("table.csv"))}</button></p>` : "";
    return `<div class="scroll" tabindex="0" role="region" aria-label="${escape(say(`table.${id}`))}"><table id="table-${id}"><caption class="hidden">${escape(say(`table.${id}`))}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>${save}`;
  }

  const number = (key, get, show = whole) => ({ key, kind: "number", value: get, show: (row) => (get(row) === null || get(row) === undefined ? NONE : escape(show(get(row)))) });
  const text = (key, get) => ({ key, kind: "text", value: get, show: (row) => name(get(row)) });

  // The column of a 95 % interval: of(row) has `low` and `high`, inWords(bound, row) writes one of them.
  const interval = (of, inWords) => ({
    key: "map.interval", kind: "number", value: (row) => of(row).low,
    show: (row) => (of(row).low === null || of(row).low === undefined ? NONE : escape(say("range", { low: inWords(of(row).low, row), high: inWords(of(row).high, row) }))),
  });

  function folded(key, content) {
    return `<details><summary>${escape(say(key))}</summary>${content}</details>`;
  }

  const nothing = (key) => `<p class="lack">${escape(say(key))}</p>`;

  // ---- at a glance --------------------------------------------------------------------------------------------------

  function glance(facts, figures, view) {
    const { phases } = figures;
    const isTold = phases && phases.n > 0 && phases.mean > 0;
    return {
      "glance.eyebrow": escape(
        say("glance.eyebrow", { date: date(facts.asOf), deals: say("deals", { n: whole(figures.cases) }), currency: facts.currencyLabel })
      ),
      "glance.title": isTold ? ribbonTitle(facts, phases) : escape(say("glance.none", { deals: say("deals", { n: whole(figures.cases) }) })),
      "glance.sub": isTold
        ? escape(say(`glance.sub.${phases.population}`, { n: whole(phases.n), us: days(sum(phases, "us") + sum(phases, "system")), customer: days(sum(phases, "customer")) }))
        : escape(say(!figures.cases ? "glance.empty" : phases ? "glance.lack" : "glance.counts")),
      "glance.ribbon": isTold ? Charts.ribbon(facts, phases, "wide") + Charts.ribbon(facts, phases, "narrow") : "",
      "glance.starts": Charts.starts(facts, figures.starts, facts.whole.starts, view.live),
      "glance.cards": cards(facts, figures, view),
      "glance.findings": findings(facts, figures),
      "glance.trust": trust(facts),
    };
  }

  const sum = (phases, key) => phases.parts.reduce((all, part) => all + part[key], 0);

  function ribbonTitle(facts, phases) {
    const named = phases.parts.map((part, p) => ({ ...part, p, label: facts.phases[p].label }));
    const [first, second] = [...named].sort((a, b) => b.days - a.days);
    const share = (first.days + (second ? second.days : 0)) / phases.mean;
    const mean = `<strong class="hot">${escape(days(phases.mean))}</strong>`;
    const hasLeads = phases.population !== "paid" || phases.parts.some((part) => part.phase === "lead" && part.days > 0);
    const population = say(`population.${phases.population}${hasLeads ? "" : ".deal"}`, { mean });
    if (!second || !second.days) return say("glance.title.one", { population });
    // In the order of the process, as the ribbon shows them.
    const [a, b] = first.p <= second.p ? [first, second] : [second, first];
    return say("glance.title", { population, share: percent(share), first: name(a.label), second: name(b.label) });
  }

  function cards(facts, figures, view) {
    const shown = facts.kpis.map((kpi, k) => ({ kpi, k })).filter(({ kpi }) => kpi.isHeadline);
    return shown.map(({ kpi, k }) => card(kpi, figures.kpis[k], view.rest && view.rest.kpis[k], view)).join("");
  }

  function card(kpi, figure, rest, view) {
    const [value, unit] = figureParts(figure.value, kpi.unit);
    const kind = kpi.form === "interval" ? say("kpi.median") : say("kpi.rate");
    const n = figure.low === null || figure.low === undefined ? say("kpi.n", { n: whole(figure.n) }) : say("kpi.interval", { n: whole(figure.n), low: inUnit(figure.low, kpi.unit), high: inUnit(figure.high, kpi.unit) });
    const other = rest ? `<p class="note">${escape(say("kpi.rest", { rest: restName(view), value: inUnit(rest.value, kpi.unit), n: whole(rest.n) }))}</p>` : "";
    return (
      `<div class="card"><h3>${escape(kpi.label)} <span>${escape(kind)}</span></h3>` +
      `<p class="figure">${escape(value)}<span>${escape(unit)}</span></p>${other}` +
      `<p class="note">${escape(n)}</p>${changeLine(kpi, figure)}<p class="note">${escape(target(kpi, figure))}</p>` +
      `${Charts.sparkline(figure)}</div>`
    );
  }

  // Better or worse only if the interval of the change leaves out zero.
  function changeVerdict(kpi, { changeLow, changeHigh }) {
    if (changeLow === null || changeLow === undefined) return "";
    if (changeLow <= 0 && changeHigh >= 0) return "same";
    return changeLow > 0 === (kpi.direction === "up") ? "better" : "worse";
  }

  function changeLine(kpi, { year }) {
    const verdict = changeVerdict(kpi, year);
    if (!verdict) return `<p class="note">${escape(say("kpi.change.unknown"))}</p>`;
    const words = say(`kpi.change.${verdict}`, { change: change(year.value - year.baseline, kpi.unit) });
    return `<p class="note ${{ better: "good", worse: "bad", same: "" }[verdict]}">${escape(words)}</p>`;
  }

  function target(kpi, figure) {
    const key = `kpi.${figure.status}`;
    return kpi.target === null ? say("kpi.no_target") : say(key, { target: inUnit(kpi.target, kpi.unit) });
  }

  function findings(facts, figures) {
    const rows = [];
    const [edge] = ProcessLine.longest(figures.edges);
    if (edge) {
      rows.push(["map", "finding.wait", { step: step(facts, edge), total: whole(edge.total), share: percent(edge.total / total(figures.edges)) }]);
    }
    const again = largest(figures.rework.filter((row) => facts.activities[row.activity].repeats !== "normal"), (row) => row.cases);
    if (again) {
      const share = figures.cases ? again.cases / figures.cases : 0;
      rows.push(["rework", "finding.rework", { activity: name(activity(facts, again.activity)), n: whole(again.cases), share: percent(share) }]);
    }
    const stalled = largest(figures.stages.map((stage, at) => ({ ...stage, at })).filter((stage) => stage.stalled), (stage) => stage.stalledValue + stage.stalled * 1e-9);
    if (stalled) rows.push(["stages", "finding.stalled", { stage: name(facts.stages[stalled.at].label), n: whole(stalled.stalled), value: money(stalled.stalledValue) }]);
    if (!rows.length) return "";
    return `<ul class="findings">${rows.map(([section, key, values]) => `<li><a href="#${section}">${say(key, values)}</a></li>`).join("")}</ul>`;
  }

  function trust(facts) {
    const { gates, rejected, rows, cells, uncertain } = facts.trust;
    const mark = (isGood, words) => `<li class="${isGood ? "" : "warn"}"><span aria-hidden="true">${isGood ? "✓" : "▲"}</span> ${words}</li>`;
    return (
      `<ul class="trust">` +
      mark(gates.passed === gates.total, escape(say("trust.gates", { passed: whole(gates.passed), total: whole(gates.total) }))) +
      mark(rejected / Math.max(rows, 1) <= 0.01, escape(say("trust.rejected", { rejected: whole(rejected), rows: whole(rows) }))) +
      mark(cells === 0 || cells / Math.max(rows, 1) <= 0.01, escape(say("trust.cells", { cells: whole(cells) }))) +
      mark(uncertain <= 0.1, escape(say("trust.order", { share: percent(uncertain) }))) +
      `<li><a href="#data">${escape(say("trust.sources"))}</a></li></ul>`
    );
  }

  // ---- process line -------------------------------------------------------------------------------------------------

  function map(facts, figures, view) {
    if (!figures.edges.length) {
      return { "map.title": escape(say("map.none")), "map.sub": escape(say("map.none.sub")), "map.picture": lineOrNothing(facts, figures, view), "map.waits": "", "map.table": nodeTable(facts, figures, view) };
    }
    const compares = view.rest && !view.isAll;
    const [first] = ProcessLine.longest(figures.edges);
    return {
      "map.title": compares ? compareTitle(facts, figures, view) : first ? say("map.title", { step: step(facts, first), share: percent(first.total / total(figures.edges)), median: days(first.median) }) : escape(facts.detail === "cases" && view.rest ? say("map.title.counts", { steps: whole(figures.steps) }) : say("map.title.still")),
      "map.sub": mapSub(facts, figures, view, compares),
      "map.legend": legend(facts, compares),
      "map.picture": lineOrNothing(facts, figures, view),
      "map.waits": compares ? "" : waits(facts, figures),
      "map.table": folded("map.table", nodeTable(facts, figures, view) + edgeTable(facts, figures, view)),
      "map.classic": Classic.draw(facts, figures),
    };
  }

  function lineOrNothing(facts, figures, view) {
    if (!facts.activities.length) return "";
    const { rest, isAll, steps, rows, only, measure, live, chosen } = view;
    const draw = (shape) => ProcessLine.draw(facts, figures, { rest, isAll, steps, rows, only, measure, live, chosen, shape });
    return draw("wide") + draw("narrow");
  }

  function mapSub(facts, figures, view, compares) {
    if (compares) return escape(say("map.sub.compare", { a: whole(figures.cases), b: whole(view.rest.cases), rest: view.restLabel }));
    const share = view.steps ?? 0.9;
    const shown = ProcessLine.frequent(figures.edges, share).length;
    const hidden = facts.activities.length - ProcessLine.rowsOf(facts, view.rows ?? 0.9, view.only ?? null).length;
    const more = hidden ? say("map.sub.folded", { n: whole(hidden) }) : "";
    return escape(say("map.sub", { steps: whole(figures.steps), share: percent(share), n: whole(shown) }) + more);
  }

  function compareTitle(facts, figures, view) {
    const found = figures.nodes
      .map((node, a) => ({ a, node, verdict: ProcessLine.verdict(node, view.rest.nodes[a], (each) => each.waits), more: node.median - view.rest.nodes[a].median }))
      .filter((row) => row.verdict);
    const slower = found.filter((row) => row.verdict === "slower");
    const worst = largest(slower, (row) => row.more);
    const label = escape(view.label || say("compare.a"));
    if (worst) return say("map.title.slower", { label, n: whole(slower.length), activity: name(activity(facts, worst.a)), more: days(worst.more) });
    const best = largest(found, (row) => -row.more);
    if (best) return say("map.title.faster", { label, activity: name(activity(facts, best.a)), less: days(-best.more) });
    // No activity differs as a whole, but one of its steps may.
    const edges = new Map(view.rest.edges.map((edge) => [`${edge.from} ${edge.to}`, edge]));
    const slow = largest(
      figures.edges.filter((edge) => ProcessLine.verdict(edge, edges.get(`${edge.from} ${edge.to}`)) === "slower"),
      (edge) => edge.median - edges.get(`${edge.from} ${edge.to}`).median
    );
    if (slow) return say("map.title.step", { label, step: step(facts, slow), more: days(slow.median - edges.get(`${slow.from} ${slow.to}`).median) });
    return say("map.title.same", { label });
  }

  function legend(facts, compares) {
    if (compares) return `<span class="key"><i class="sw bad"></i>${escape(say("legend.slower"))}</span><span class="key"><i class="sw good"></i>${escape(say("legend.faster"))}</span><span class="key"><i class="sw und"></i>${escape(say("legend.same"))}</span>`;
    const { limits } = facts;
    const steps = [1, 2, 3, 4, 5].map((each) => `<i class="sw w${each}"></i>`).join("");
    return `<span class="key">${escape(say("legend.median"))} ${escape(say("legend.under", { days: days(limits[0]) }))} ${steps} ${escape(say("legend.over", { days: days(limits[3]) }))}</span><span class="key">${escape(say("legend.width"))}</span>`;
  }

  function waits(facts, figures) {
    return ProcessLine.longest(figures.edges)
      .map((edge, at) => `<div class="wait"><h3><span class="count">${"①②③"[at]}</span> ${step(facts, edge)}</h3><p>${escape(say("map.wait", { count: whole(edge.count), median: days(edge.median), p90: days(edge.p90), total: whole(edge.total) }))}</p></div>`)
      .join("");
  }

  const filterButton = (live, kind, value, words) =>
    live ? `<button type="button" class="filter" data-${kind}="${escape(value)}">${words}</button>` : words;

  function edgeTable(facts, figures, view) {
    const columns = [
      { key: "map.step", kind: "text", value: (edge) => `${activity(facts, edge.from)} → ${activity(facts, edge.to)}`, show: (edge) => filterButton(view.live, "edge", `${edge.from} ${edge.to}`, step(facts, edge)) },
      number("map.count", (edge) => edge.count),
      number("map.cases", (edge) => edge.cases),
      number("map.median", (edge) => edge.median, days),
      interval((edge) => edge, (bound) => days(bound)),
      number("map.p90", (edge) => edge.p90, days),
      number("map.total", (edge) => edge.total),
      number("map.value", (edge) => edge.value, money),
    ];
    const rows = [...figures.edges].sort((a, b) => b.count - a.count || a.from - b.from || a.to - b.to).slice(0, view.live ? 300 : 60);
    return table("edges", columns, rows, view.live);
  }

  function nodeTable(facts, figures, view) {
    const columns = [
      { key: "map.activity", kind: "text", value: (node) => activity(facts, node.a), show: (node) => filterButton(view.live, "activity", node.a, name(activity(facts, node.a))) },
      number("map.events", (node) => node.events),
      number("map.cases", (node) => node.cases),
      number("map.repeats", (node) => node.repeats),
      number("map.starts", (node) => node.starts),
      number("map.ends", (node) => node.ends),
      number("map.median", (node) => (node.waits ? node.median : null), days),
      number("map.total", (node) => node.total),
    ];
    return table("nodes", columns, figures.nodes.map((node, a) => ({ ...node, a })).filter((node) => node.events), view.live);
  }

  // ---- variants -----------------------------------------------------------------------------------------------------

  function variants(facts, figures, view) {
    const { paths, variants: exact } = view.found || figures;
    const listed = figures.variants.top.slice(0, 10).reduce((all, variant) => all + variant.cases, 0);
    const share = figures.cases ? listed / figures.cases : 0;
    const sub = say("variants.sub", { n: whole(exact.count), top: whole(Math.min(10, figures.variants.top.length)), share: percent(share) });
    const columns = [
      { key: "variants.number", kind: "number", value: (variant) => variant.number, show: (variant) => filterButton(view.live, "variant", variant.number, whole(variant.number)) },
      number("variants.cases", (variant) => variant.cases),
      number("variants.share", (variant) => (figures.cases ? variant.cases / figures.cases : null), (share_) => percent(share_, 1)),
      number("variants.median", (variant) => variant.median, days),
      { key: "variants.path", kind: "path", value: (variant) => variant.steps.map((a) => activity(facts, a)).join(" → "), show: (variant) => Charts.exactPath(facts, variant) },
    ];
    const exactTable = table("variants", columns, exact.top, view.live);
    const phases = facts.phases.map(({ label }, p) => label && `<span class="key"><i class="sw p${p % 8}"></i>${escape(label)}</span>`).join("");
    if (!figures.paths.top.length) {
      return { "variants.title": escape(say("variants.title.exact", { n: whole(exact.count), for80: whole(exact.for80) })), "variants.sub": escape(say("variants.sub.exact")), "variants.legend": "", "variants.picture": exactTable, "variants.table": "" };
    }
    return {
      "variants.title": escape(say("variants.title", { n: whole(paths.count), for80: whole(paths.for80) })),
      "variants.sub": escape(sub),
      "variants.legend": phases,
      "variants.picture": Charts.chevrons(facts, paths, figures.cases, view.live, view.chosen, pathShares(view)),
      "variants.table": folded("variants.exact", exactTable),
    };
  }

  // The share of a path among the cases that the selection is compared with; – if it is not among the paths listed there.
  function pathShares(view) {
    if (!view.rest) return null;
    const key = (path) => path.steps.map((each) => each.activity).join(" ");
    const counts = new Map(view.rest.paths.top.map((path) => [key(path), path.cases]));
    const shareOf = (path) => (counts.has(key(path)) ? percent(counts.get(key(path)) / view.rest.cases) : NONE);
    return { name: restName(view), shareOf };
  }

  // ---- stages -------------------------------------------------------------------------------------------------------

  function stages(facts, figures, view) {
    const rows = figures.stages.map((stage, at) => ({ ...stage, at })).filter((stage) => stage.entered);
    if (!rows.length) return { "stages.title": escape(say("stages.none")), "stages.sub": escape(say("stages.none.sub")), "stages.picture": "", "stages.table": "" };
    const stalled = largest(rows, (stage) => stage.stalled);
    const leaving = largest(rows, (stage) => stage.dropped / stage.entered);
    const title = stalled
      ? say("stages.title", { stage: name(facts.stages[stalled.at].label), n: whole(stalled.stalled), share: percent(stalled.dropped / stalled.entered) })
      : leaving ? say("stages.title.drop", { stage: name(facts.stages[leaving.at].label), share: percent(leaving.dropped / leaving.entered) })
        : escape(say("stages.title.calm"));
    const columns = [
      text("stages.stage", (stage) => facts.stages[stage.at].label),
      number("stages.entered.short", (stage) => stage.entered),
      number("stages.wentOn", (stage) => stage.wentOn),
      number("stages.dropped", (stage) => stage.dropped),
      number("stages.wentBack", (stage) => stage.wentBack),
      number("stages.open", (stage) => stage.open),
      number("stages.stalled", (stage) => stage.stalled),
      number("stages.returns", (stage) => stage.returns),
      number("stages.median", (stage) => stage.median, days),
      number("stages.p90", (stage) => stage.p90, days),
      number("stages.openValue", (stage) => stage.openValue, money),
      number("stages.stalledValue", (stage) => stage.stalledValue, money),
      number("stages.oldest", (stage) => stage.oldestDays, days),
      { key: "stages.oldest.case", kind: "text", value: (stage) => stage.oldestCase || "", show: (stage) => (stage.oldestCase ? caseLink(stage.oldestCase, view) : NONE) },
    ];
    const shownFacts = { ...facts, stages: rows.map((stage) => facts.stages[stage.at]) };
    return {
      "stages.title": title,
      "stages.sub": escape(say("stages.sub") + (view.rest ? say("stages.sub.rest", { rest: restName(view) }) : "")),
      "stages.picture": Charts.funnel(shownFacts, rows, view.rest && { name: restName(view), stages: view.rest.stages }),
      "stages.table": folded("stages.table", table("stages", columns, rows, view.live)),
    };
  }

  const caseLink = (id, view) => (view.live && view.hasCases ? `<button type="button" class="filter" data-case="${escape(id)}">${name(id)}</button>` : name(id));

  // ---- time ---------------------------------------------------------------------------------------------------------

  function time(facts, figures, view) {
    const changed = facts.kpis.map((kpi, k) => ({ kpi, figure: figures.kpis[k] })).filter(({ kpi, figure }) => ["better", "worse"].includes(changeVerdict(kpi, figure.year)));
    const worse = changed.filter(({ kpi, figure }) => changeVerdict(kpi, figure.year) === "worse");
    const told = worse.length ? worse[0] : changed[0];
    const title = told
      ? say(worse.length ? "time.title.worse" : "time.title.better", { kpi: escape(told.kpi.label), change: escape(change(told.figure.year.value - told.figure.year.baseline, told.kpi.unit)), n: whole(worse.length || changed.length) })
      : escape(say("time.title.same"));
    const trends = facts.kpis
      .map((kpi, k) => `<figure><figcaption><strong>${escape(kpi.label)}</strong> ${escape(inUnit(figures.kpis[k].value, kpi.unit))} <span class="mut">${escape(say("kpi.n", { n: whole(figures.kpis[k].n) }))}</span></figcaption>${Charts.trend(kpi, figures.kpis[k], view.live, view.rest && view.rest.kpis[k])}</figure>`)
      .join("");
    return {
      "time.title": title,
      "time.sub": escape(say("time.sub") + (view.rest ? say("time.sub.rest", { rest: restName(view) }) : "")),
      "time.picture": `<div class="multiples">${trends}</div>`,
      "time.step": view.step ? stepTimes(facts, figures, view) : "",
      "time.table": folded("time.table", kpiTable(facts, figures, view)),
    };
  }

  function stepTimes(facts, figures, view) {
    const edge = figures.edges.find((each) => each.from === view.step.from && each.to === view.step.to);
    if (!edge) return "";
    return `<figure class="step"><figcaption><strong>${step(facts, edge)}</strong> ${escape(say("map.wait", { count: whole(edge.count), median: days(edge.median), p90: days(edge.p90), total: whole(edge.total) }))}</figcaption>${Charts.distribution(view.step.times, edge.median, edge.p90)}</figure>`;
  }

  function kpiTable(facts, figures, view) {
    const columns = [
      text("kpi.name", (row) => row.kpi.label),
      number("kpi.value", (row) => row.figure.value, (value) => value),
      interval((row) => row.figure, (bound, { kpi }) => inUnit(bound, kpi.unit)),
      number("kpi.cases", (row) => row.figure.n),
      { key: "kpi.target", kind: "number", value: (row) => row.kpi.target, show: (row) => escape(row.kpi.target === null ? NONE : inUnit(row.kpi.target, row.kpi.unit)) },
      { key: "kpi.status", kind: "text", value: (row) => facts.labels.kpi_status[row.figure.status], show: (row) => escape(facts.labels.kpi_status[row.figure.status]) },
      { key: "kpi.change", kind: "number", value: (row) => (row.figure.year.changeLow === null ? null : row.figure.year.value - row.figure.year.baseline), show: (row) => changeCell(row) },
      { key: "kpi.definition", kind: "text", value: (row) => row.kpi.definition, show: (row) => escape(row.kpi.definition) },
    ];
    columns[1].show = (row) => escape(inUnit(row.figure.value, row.kpi.unit));
    return table("kpis", columns, facts.kpis.map((kpi, k) => ({ kpi, figure: figures.kpis[k] })), view.live);
  }

  function changeCell({ kpi, figure }) {
    const verdict = changeVerdict(kpi, figure.year);
    if (!verdict) return NONE;
    return `<span class="${{ better: "good", worse: "bad", same: "mut" }[verdict]}">${escape(say(`kpi.change.${verdict}`, { change: change(figure.year.value - figure.year.baseline, kpi.unit) }))}</span>`;
  }

  // ---- segments -----------------------------------------------------------------------------------------------------

  function segments(facts, figures, view) {
    const k = Math.max(0, facts.kpis.findIndex(({ code }) => code === view.kpi));
    const kpi = facts.kpis[k];
    const dimension = facts.dimensions.find(({ code }) => code === view.dimension) || facts.dimensions[0];
    if (!kpi || !dimension) return { "segments.title": escape(say("segments.none")), "segments.sub": "", "segments.picture": "", "segments.table": "" };
    const all = { ...figures.kpis[k], isSelected: Boolean(view.rest) };
    const known = dimension.segments.map((segment, at) => ({ ...segment, ...view.segments[at], rest: view.restSegments && view.restSegments[at], at, isChosen: Boolean(view.chosen && view.chosen.has(`${dimension.code} ${segment.name}`)) }));
    const sign = kpi.direction === "up" ? 1 : -1;
    const rows = known.filter((row) => row.n > 0).sort((a, b) => (a.n < 20) - (b.n < 20) || sign * (a.value - b.value) || a.at - b.at).slice(0, 40);
    const worst = rows.find((row) => row.n >= 20 && Charts.segmentVerdict(kpi, all, row) === "bad");
    const best = rows.filter((row) => row.n >= 20 && Charts.segmentVerdict(kpi, all, row) === "good").pop();
    const told = worst || best;
    const title = told
      ? say("segments.title", { kpi: escape(kpi.label), segment: name(told.label), value: escape(inUnit(told.value, kpi.unit)), all: escape(inUnit(all.value, kpi.unit)) })
      : say("segments.title.same", { kpi: escape(kpi.label), dimension: escape(dimension.label) });
    const columns = [
      { key: "segments.segment", kind: "text", value: (row) => row.label, show: (row) => filterButton(view.live, "segment", row.at, name(row.label)) },
      { key: "kpi.value", kind: "number", value: (row) => row.value, show: (row) => escape(inUnit(row.value, kpi.unit)) },
      interval((row) => row, (bound) => inUnit(bound, kpi.unit)),
      number("kpi.cases", (row) => row.n),
    ];
    return {
      "segments.title": title,
      "segments.sub": escape(say("segments.sub", { kpi: kpi.label, dimension: dimension.label }) + (view.restSegments ? say("segments.sub.rest", { rest: restName(view) }) : "")),
      "segments.picture": Charts.forest(facts, kpi, all, rows, view.live),
      "segments.table": folded("segments.table", table("segments", columns, rows, view.live)),
    };
  }

  // ---- rework -------------------------------------------------------------------------------------------------------

  function rework(facts, figures, view) {
    const rows = [...figures.rework].sort((a, b) => b.cases - a.cases || a.activity - b.activity);
    const again = rows.filter((row) => facts.activities[row.activity].repeats !== "normal");
    if (!rows.length) return { "rework.title": escape(say("rework.none")), "rework.sub": "", "rework.table": "" };
    const most = again[0];
    const extra = figures.extraDays;
    const share = figures.cases && most ? most.cases / figures.cases : 0;
    const columns = [
      { key: "map.activity", kind: "text", value: (row) => activity(facts, row.activity), show: (row) => filterButton(view.live, "repeats", row.activity, name(activity(facts, row.activity))) },
      { key: "rework.kind", kind: "text", value: (row) => facts.labels.repeats[facts.activities[row.activity].repeats], show: (row) => escape(facts.labels.repeats[facts.activities[row.activity].repeats]) },
      number("rework.cases", (row) => row.cases),
      { key: "rework.share", kind: "picture", value: (row) => row.cases, show: (row) => shareBar(figures.cases ? row.cases / figures.cases : 0, facts.activities[row.activity].repeats !== "normal") },
      ...(view.rest ? [reworkInRest(view)] : []),
      number("rework.loops", (row) => row.loops),
      number("rework.repeats", (row) => row.repeats),
      { key: "rework.days", kind: "number", value: (row) => (facts.activities[row.activity].repeats === "normal" ? null : extra[row.activity]), show: (row) => (facts.activities[row.activity].repeats === "normal" ? NONE : escape(whole(extra[row.activity]))) },
      number("map.value", (row) => row.value, money),
    ];
    return {
      "rework.title": most ? say("rework.title", { activity: name(activity(facts, most.activity)), n: whole(most.cases), share: percent(share) }) : escape(say("rework.title.normal")),
      "rework.sub": escape(say("rework.sub")),
      "rework.table": table("rework", columns, rows, view.live),
    };
  }

  function reworkInRest(view) {
    const cases = new Map(view.rest.rework.map((row) => [row.activity, row.cases]));
    const share = (row) => (view.rest.cases ? (cases.get(row.activity) || 0) / view.rest.cases : null);
    return { key: "rework.rest", words: say("rework.rest", { rest: restName(view) }), kind: "number", value: share, show: (row) => escape(percent(share(row))) };
  }

  function shareBar(share, isHot) {
    const wide = Math.round(1200 * Math.min(1, share)) / 10;
    return `<svg class="chart" viewBox="0 0 190 14" width="190" height="14" aria-hidden="true"><rect class="fill s2" width="120" height="12" y="1" rx="1.5"/><rect class="fill ${isHot ? "rw" : "ok"}" width="${wide}" height="12" y="1" rx="1.5"/><text class="cell mut" x="128" y="11.5">${percent(share)}</text></svg>`;
  }

  // ---- cases --------------------------------------------------------------------------------------------------------

  function cases(facts, figures, view) {
    const deals = view.deals || figures.deals || [];
    if (!deals.length) return { "cases.title": escape(say(facts.detail === "tables" ? "cases.tables" : "cases.none")), "cases.sub": "", "cases.table": "", "cases.deal": "" };
    const columns = [
      { key: "cases.id", kind: "text", value: (deal) => deal.id, show: (deal) => caseLink(deal.id, view) },
      text("cases.outcome", (deal) => deal.outcome),
      text("cases.stage", (deal) => deal.stage),
      { key: "cases.stalled", kind: "text", value: (deal) => (deal.isStalled ? 1 : 0), show: (deal) => (deal.isStalled ? `<span class="bad">${escape(say("cases.isStalled"))}</span>` : NONE) },
      { key: "cases.start", kind: "number", value: (deal) => deal.start, show: (deal) => escape(date(deal.start)) },
      number("cases.days", (deal) => deal.days),
      number("cases.events", (deal) => deal.events),
      number("cases.value", (deal) => deal.value, money),
      text("cases.owner", (deal) => deal.owner),
      text("cases.region", (deal) => deal.region),
    ];
    return {
      "cases.title": escape(say("cases.title", { n: whole(deals.length), deals: say("deals", { n: whole(figures.cases) }) })),
      "cases.sub": escape(say(view.live ? "cases.sub" : "cases.sub.static")),
      "cases.table": table("cases", columns, deals, view.live),
      "cases.deal": view.deal ? dealPicture(facts, view.deal) : "",
    };
  }

  function dealPicture(facts, deal) {
    const facts_ = facts.dimensions.map((dimension, at) => `<span><b>${escape(dimension.label)}</b> ${name(deal.segments[at].label)}</span>`).join("");
    const rows = deal.events.map((event, at) => ({ ...event, at: at + 1 }));
    const columns = [
      number("deal.number", (event) => event.at),
      text("map.activity", (event) => activity(facts, event.activity)),
      number("deal.day", (event) => event.day, (value) => decimal(value, 1)),
      number("deal.wait", (event) => (event.at > 1 ? event.wait : null), days),
    ];
    const title = say("deal.title", { id: name(deal.id), days: escape(days(deal.days)), n: whole(deal.events.length) });
    return `<article class="deal" tabindex="-1"><h3>${title}</h3><p class="mut facts">${facts_}</p>${deal.hasWaits ? Charts.timeline(facts, deal) : nothing("deal.no_waits")}${folded("deal.table", table("deal", columns, rows, true))}</article>`;
  }

  return { glance, map, variants, stages, time, segments, rework, cases, changeVerdict };
})();

// The parts of all sections that have figures, by name.
function allParts(facts, figures, view) {
  Format.use(facts);
  const parts = {};
  for (const section of ["glance", "map", "variants", "stages", "time", "segments", "rework", "cases"])
    Object.assign(parts, Sections[section](facts, figures, view));
  return parts;
}
