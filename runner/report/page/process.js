// The process line: activities in fixed rows, three tracks, arrows in lanes, and the table of waits in the same rows.
// docs/report.md gives the rule of the layout. Pure: figures in, SVG text out.
"use strict";

const ProcessLine = (() => {
  const { escape, say, days, percent, whole, money, width, fit, n1 } = Format;
  const CHART = 12.5; // font size of chart text
  const ROW = { wide: 24, narrow: 30 };
  const TOP = { wide: 30, narrow: 6 };
  const WIDTH = { wide: 1048, narrow: 358 };
  const REACH = { right: 92, left: 46 }; // how far lanes may spread
  const PITCH = 11;
  const FEWEST = 15; // steps on each side that a difference needs

  // ---- what is shown ------------------------------------------------------------------------------------------------

  // The most frequent edges that make a share of all steps.
  function frequent(edges, share) {
    const sorted = [...edges].sort((a, b) => b.count - a.count || a.from - b.from || a.to - b.to);
    const enough = share * sorted.reduce((sum, edge) => sum + edge.count, 0);
    const shown = [];
    let sum = 0;
    for (const edge of sorted) {
      if (sum >= enough - 1e-9) break;
      shown.push(edge);
      sum += edge.count;
    }
    return shown;
  }

  // The three edges with the most waiting in total.
  function longest(edges) {
    return [...edges]
      .filter((edge) => edge.total > 0)
      .sort((a, b) => b.total - a.total || a.from - b.from || a.to - b.to)
      .slice(0, 3);
  }

  // Rows depend on the whole log only, so no filter moves them: the activities of its most frequent edges and of its
  // longest waits; at most 60, the most frequent ones.
  // With `only`, all activities of that phase.
  function rowsOf(facts, share, only = null) {
    const { edges, nodes } = facts.whole;
    if (only !== null) return facts.activities.map((_activity, a) => a).filter((a) => facts.activities[a].phase === only);
    const touched = new Set();
    for (const { from, to } of [...frequent(edges, share), ...longest(edges)]) touched.add(from).add(to);
    const all = facts.activities.map((_activity, a) => a);
    let rows = share >= 1 || !touched.size ? all : all.filter((a) => touched.has(a));
    if (rows.length > 60) {
      const most = [...rows].sort((a, b) => nodes[b].events - nodes[a].events || a - b).slice(0, 60);
      rows = rows.filter((a) => most.includes(a));
    }
    return rows;
  }

  // Bands: a phase once; an activity whose phase has ended above stands in the band around it.
  function bandsOf(facts, rows) {
    const bands = [];
    const begun = new Set();
    for (const a of rows) {
      const { phase } = facts.activities[a];
      const last = bands[bands.length - 1];
      if (last && (last.phase === phase || begun.has(phase))) last.rows.push(a);
      else {
        begun.add(phase);
        bands.push({ phase, rows: [a] });
      }
    }
    return bands;
  }

  // 1 to 5 by the limits of the whole log; a stored wait of a whole day can be a little less.
  function waitClass(facts, median) {
    if (median === null || median === undefined) return 1;
    return 1 + facts.limits.filter((limit) => median >= limit * 0.998).length;
  }

  // "slower", "faster" or "" when the intervals of the medians overlap or steps are few.
  function verdict(a, b, n = (each) => each.count) {
    if (!a || !b || n(a) < FEWEST || n(b) < FEWEST || a.low === null || b.low === null) return "";
    if (a.low > b.high) return "slower";
    return a.high < b.low ? "faster" : "";
  }

  // ---- geometry -----------------------------------------------------------------------------------------------------

  function geometry(facts, rows, shape) {
    const height = ROW[shape];
    const y = new Map(rows.map((a, at) => [a, TOP[shape] + (at + 0.5) * height]));
    let track = 104;
    let room = 0; // for names
    if (shape === "wide") {
      const names = Math.max(...facts.activities.map(({ label }) => width(label, CHART)), 0);
      const phases = Math.max(...facts.phases.map(({ label }) => width(label, 11.5)), 0);
      track = Math.min(300, Math.max(180, names + phases + 34)) + 94;
      room = track - 97 - phases - 20;
    }
    const side = { main: 0, return: -30, exit: 30 };
    const x = new Map(rows.map((a) => [a, track + side[facts.activities[a].track]]));
    return { shape, height, y, x, track, room, bottom: TOP[shape] + rows.length * height };
  }

  // How each edge runs: ring, trunk, curve, or a lane on the right (down) or left (up).
  function routes(facts, rows, edges) {
    const row = new Map(rows.map((a, at) => [a, at]));
    const track = (a) => facts.activities[a].track;
    const main = rows.filter((a) => track(a) === "main");
    const next = new Map(main.map((a, at) => [a, main[at + 1]]));
    const routed = [];
    for (const edge of edges) {
      const { from, to } = edge;
      if (!row.has(from) || !row.has(to)) continue;
      const [a, b] = [row.get(from), row.get(to)];
      const neighbours = b === a + 1;
      const curved = neighbours && track(from) !== track(to) && (track(from) === "main" || track(to) === "main");
      if (from === to) routed.push({ edge, way: "ring" });
      else if (next.get(from) === to && track(from) === "main") routed.push({ edge, way: "trunk" });
      else if (curved && track(from) !== "exit") routed.push({ edge, way: "curve" });
      else routed.push({ edge, way: b > a ? "right" : "left", low: Math.min(a, b), high: Math.max(a, b) });
    }
    for (const way of ["right", "left"]) {
      const lanes = [];
      routed
        .filter((route) => route.way === way)
        .sort((p, q) => p.high - p.low - (q.high - q.low) || p.low - q.low || q.edge.count - p.edge.count || p.edge.from - q.edge.from)
        .forEach((route) => {
          const free = lanes.findIndex((lane) => lane.every((other) => Math.max(other.low, route.low) >= Math.min(other.high, route.high)));
          route.lane = free < 0 ? lanes.push([]) - 1 : free;
          lanes[route.lane].push(route);
        });
      routed.forEach((route) => {
        if (route.way === way) route.lanes = lanes.length;
      });
    }
    return routed;
  }

  // The path of a route, its arrowhead, and where a badge on it stands.
  function drawn(route, place, radius) {
    const { from, to } = route.edge;
    const [x0, y0, x1, y1] = [place.x.get(from), place.y.get(from), place.x.get(to), place.y.get(to)];
    const [r0, r1] = [radius(from), radius(to)];
    if (route.way === "ring") {
      const cx = x0 - r0 - 3;
      return { path: `M${n1(cx + 4)} ${n1(y0 - 4)}A5.5 5.5 0 1 0 ${n1(cx + 4)} ${n1(y0 + 4)}`, badge: [cx - 13, y0] };
    }
    if (route.way === "trunk")
      return { path: `M${n1(x0)} ${n1(y0 + r0)}V${n1(y1 - r1)}`, badge: [x0 + 15, (y0 + y1) / 2] };
    if (route.way === "curve") {
      const middle = (y0 + y1) / 2;
      return {
        path: `M${n1(x0)} ${n1(y0 + r0)}C${n1(x0)} ${n1(middle + 3)} ${n1(x1)} ${n1(middle - 3)} ${n1(x1)} ${n1(y1 - r1)}`,
        badge: [(x0 + x1) / 2 + (x1 < x0 ? -15 : 15), middle],
      };
    }
    const right = route.way === "right";
    const reach = right ? REACH.right : REACH.left;
    const pitch = Math.min(PITCH, reach / Math.max(1, route.lanes - 1));
    const sign = right ? 1 : -1;
    const x = place.track + sign * ((right ? 43 : 43) + pitch * route.lane);
    const down = y1 > y0 ? 1 : -1;
    const bend = 7;
    const end = x1 + sign * (r1 + 6);
    const path =
      `M${n1(x0 + sign * r0)} ${n1(y0)}H${n1(x - sign * bend)}Q${n1(x)} ${n1(y0)} ${n1(x)} ${n1(y0 + down * bend)}` +
      `V${n1(y1 - down * bend)}Q${n1(x)} ${n1(y1)} ${n1(x - sign * bend)} ${n1(y1)}H${n1(end)}`;
    const tip = x1 + sign * (r1 + 1);
    const head = `M${n1(tip)} ${n1(y1)}L${n1(tip + sign * 6)} ${n1(y1 - 3.6)}V${n1(y1 + 3.6)}Z`;
    return { path, head, badge: [x, (y0 + y1) / 2] };
  }

  // ---- drawing ------------------------------------------------------------------------------------------------------

  // Options: steps (share of steps shown), rows (share that decides the rows), rest (figures to compare with), isAll
  // (the rest is the whole log), measure (count, cases, value: what the width shows), shape, live, chosen.
  function draw(facts, figures, options) {
    const { rest = null, isAll = false, measure = "count", shape = "wide", live = false } = options;
    const rows = rowsOf(facts, options.rows ?? 0.9, options.only ?? null);
    const place = geometry(facts, rows, shape);
    const top = longest(figures.edges);
    const shown = new Set([...frequent(figures.edges, options.steps ?? 0.9), ...top]);
    const other = rest && new Map(rest.edges.map((edge) => [edge.from + " " + edge.to, edge]));
    const restOf = (edge) => other && other.get(edge.from + " " + edge.to);
    const most = Math.max(1, ...[...shown].map((edge) => edge[measure] || 0));
    const mostCases = Math.max(1, ...facts.whole.nodes.map((node) => node.cases));
    const radius = (a) => (figures.nodes[a].cases ? 3 + 4 * Math.sqrt(figures.nodes[a].cases / mostCases) : 2);
    const colour = (edge) => {
      if (!rest || isAll) return "w" + waitClass(facts, edge.median);
      return { slower: "bad", faster: "good", "": "und" }[verdict(edge, restOf(edge))];
    };
    const routed = routes(facts, rows, [...shown]).sort(
      (p, q) => p.edge.count - q.edge.count || p.edge.from - q.edge.from || p.edge.to - q.edge.to
    );
    const parts = [bands(facts, rows, place), heads(place, rest && !isAll)];
    rows.forEach((a, at) => {
      parts.push(row({ facts, figures, rest, isAll, place, live, chosen: options.chosen }, a, at));
    });
    // On the rows, whose ground would take every click, and under the nodes.
    for (const route of routed) parts.push(arrow(facts, route, place, radius, colour, most, measure, live, options.chosen));
    for (const a of rows) parts.push(node({ facts, figures, place, radius, live }, a));
    if (!rest || isAll) parts.push(badges(top, routed, place, radius));
    const wide = WIDTH[shape];
    const high = Math.ceil(place.bottom + 8);
    const role = live ? `role="group"` : `role="img"`;
    return (
      `<svg class="chart process ${shape}" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}" ${role}` +
      ` aria-label="${escape(say("map.alt", { n: rows.length }))}">${parts.join("")}</svg>`
    );
  }

  function bands(facts, rows, place) {
    const { height, shape } = place;
    let at = 0;
    return bandsOf(facts, rows)
      .map(({ phase, rows: members }, number) => {
        const y = TOP[shape] + at * height;
        at += members.length;
        const ground = number % 2 ? "" : `<rect class="s1" x="0" y="${y}" width="${WIDTH[shape]}" height="${members.length * height}"/>`;
        const { label } = facts.phases[phase];
        const words = shape === "wide" ? `<text class="head iso" x="8" y="${y + height / 2 + 4}">${escape(label)}</text>` : "";
        return ground + words;
      })
      .join("");
  }

  const COLUMNS = { cases: 199, repeats: 264, median: 333, bar: 376 }; // from the main track

  function heads(place, compares) {
    if (place.shape !== "wide") return "";
    const { track } = place;
    const end = (x, key) => `<text class="head end" x="${x}" y="14">${escape(say(key))}</text>`;
    const start = (x, key) => `<text class="head" x="${x}" y="14">${escape(say(key))}</text>`;
    return [
      end(track - 97, "map.activity"),
      end(track - 12, "map.back"),
      start(track + 12, "map.ahead"),
      end(track + COLUMNS.cases, "map.cases"),
      end(track + COLUMNS.repeats, "map.repeats"),
      end(track + COLUMNS.median, compares ? "map.median.a" : "map.median"),
      start(track + COLUMNS.bar, compares ? "map.dumbbell" : "map.waiting"),
      compares ? end(975, "map.b") + end(1044, "map.difference") : end(1044, "map.value"),
    ].join("");
  }

  function arrow(facts, route, place, radius, colour, most, measure, live, chosen) {
    const { edge } = route;
    const { path, head } = drawn(route, place, radius);
    const thick = Math.max(1.4, (route.way === "ring" ? 4 : 8) * Math.sqrt((edge[measure] || 0) / most));
    const [from, to] = [facts.activities[edge.from].label, facts.activities[edge.to].label];
    const isChosen = chosen && chosen.has(`follows ${edge.from} ${edge.to}`);
    const words = say("map.edge", { from, to, count: whole(edge.count), median: days(edge.median), p90: days(edge.p90) });
    const key = live ? ` data-edge="${edge.from} ${edge.to}"` : "";
    return (
      `<g class="edge ${colour(edge)}${isChosen ? " chosen" : ""}"${key}><title>${escape(words)}</title>` +
      (live ? `<path class="hit" d="${path}"/>` : "") +
      `<path class="line" d="${path}" stroke-width="${n1(thick)}"/>${head ? `<path class="tip" d="${head}"/>` : ""}</g>`
    );
  }

  function row(context, a, at) {
    const { facts, place, live, chosen } = context;
    const activity = facts.activities[a];
    const y = place.y.get(a);
    const state = chosen && chosen.has(`with ${a}`) ? "true" : chosen && chosen.has(`without ${a}`) ? "mixed" : "false";
    const ground = `<rect class="hover" x="0" y="${y - place.height / 2}" width="${WIDTH[place.shape]}" height="${place.height}"/>`;
    const opening = live
      ? `<g class="row" data-activity="${a}" role="button" tabindex="${at ? -1 : 0}" aria-pressed="${state}">`
      : `<g class="row">`;
    const cells = place.shape === "wide" ? wideCells(context, a) : narrowCells(context, a);
    return `${opening}<title>${escape(activity.label)}</title>${ground}${cells}</g>`;
  }

  function node({ facts, figures, place, radius, live }, a) {
    const { track, label } = facts.activities[a];
    const kind = `node ${track}${figures.nodes[a].cases ? "" : " empty"}`;
    const key = live ? ` data-activity="${a}"` : "";
    return `<circle class="${kind}" cx="${place.x.get(a)}" cy="${place.y.get(a)}" r="${n1(radius(a))}"${key}><title>${escape(label)}</title></circle>`;
  }

  function wideCells({ facts, figures, rest, isAll, place }, a) {
    const { track } = place;
    const node = figures.nodes[a];
    const y = place.y.get(a) + 4;
    const cell = (x, text, kind = "") => `<text class="cell end ${kind}" x="${x}" y="${y}">${escape(text)}</text>`;
    const repeats = node.cases ? node.repeats / node.cases : 0;
    const often = repeats >= 0.2 ? "often" : repeats > 0 ? "" : "mut";
    const label = fit(facts.activities[a].label, CHART, place.room);
    const cells = [
      `<text class="cell end iso" x="${track - 97}" y="${y}">${escape(label)}</text>`,
      cell(track + COLUMNS.cases, whole(node.cases), node.cases ? "" : "mut"),
      cell(track + COLUMNS.repeats, repeats > 0 ? percent(repeats) : Format.NONE, often),
    ];
    if (rest && !isAll) return cells.join("") + dumbbell(facts, node, rest.nodes[a], track, y);
    const mark = rest ? { slower: "▲ ", faster: "▽ ", "": "" }[verdict(node, rest.nodes[a], (each) => each.waits)] : "";
    const kind = mark === "▲ " ? "bad" : mark === "▽ " ? "good" : node.waits ? "" : "mut";
    cells.push(cell(track + COLUMNS.median, mark + (node.waits ? days(node.median) : Format.NONE), kind));
    cells.push(bar(facts, figures, node, track + COLUMNS.bar, y));
    if (node.value) cells.push(cell(1044, money(node.value), "mut"));
    return cells.join("");
  }

  // All waiting before an activity: length = days of all cases, colour = median.
  function bar(facts, figures, node, x, y) {
    const most = Math.max(1e-9, ...figures.nodes.map((each) => each.total || 0));
    const space = 1044 - 96 - 50 - x;
    const long = Math.max(node.total ? 1.5 : 1, (space * (node.total || 0)) / most);
    const kind = node.waits ? "w" + waitClass(facts, node.median) : "none";
    return (
      `<rect class="fill ${kind}" x="${n1(x)}" y="${y - 11}" width="${n1(long)}" height="14" rx="1.5"/>` +
      `<text class="cell mut" x="${n1(x + long + 6)}" y="${y}">${whole(node.total || 0)}</text>`
    );
  }

  // Medians of A and B on a logarithmic scale to 120 days or the longest median.
  function dumbbell(facts, a, b, track, y) {
    const [x0, x1] = [track + COLUMNS.bar + 6, 900];
    const longest = Math.max(120, ...facts.whole.nodes.map((node) => node.median || 0));
    const at = (value) => x0 + ((x1 - x0) * Math.log1p(value)) / Math.log1p(longest);
    const words = [`<text class="cell end" x="${track + COLUMNS.median}" y="${y}">${a.waits ? days(a.median) : Format.NONE}</text>`];
    words.push(`<text class="cell end" x="975" y="${y}">${b.waits ? days(b.median) : Format.NONE}</text>`);
    if (!a.waits || !b.waits) return words.join("");
    const found = verdict(a, b, (each) => each.waits);
    const kind = { slower: "bad", faster: "good", "": "und" }[found];
    const [xa, xb] = [at(a.median), at(b.median)];
    words.push(`<path class="line ${kind} bell" d="M${n1(xa)} ${y - 4}H${n1(xb)}"/>`);
    words.push(`<circle class="node b" cx="${n1(xb)}" cy="${y - 4}" r="4"/><circle class="fill ${kind}" cx="${n1(xa)}" cy="${y - 4}" r="4.2"/>`);
    if (found) {
      const more = a.median - b.median;
      words.push(`<text class="cell end strong ${kind}" x="1044" y="${y}">${more > 0 ? "+" : "−"}${days(Math.abs(more))}</text>`);
    }
    return words.join("");
  }

  function narrowCells({ facts, figures, place }, a) {
    const node = figures.nodes[a];
    const y = place.y.get(a);
    const most = Math.max(1e-9, ...figures.nodes.map((each) => each.total || 0));
    const median = node.waits ? days(node.median) : Format.NONE;
    const kind = "w" + waitClass(facts, node.median);
    const label = fit(facts.activities[a].label, 13, 356 - 204 - width(median, 13) - 8);
    return (
      `<text class="cell iso" x="204" y="${y + 1}">${escape(label)}</text>` +
      `<text class="cell end" x="356" y="${y + 1}">${escape(median)}</text>` +
      `<rect class="fill ${kind}" x="204" y="${y + 6}" width="${n1(Math.max(1, (152 * (node.total || 0)) / most))}" height="3.5"/>`
    );
  }

  // ①②③ on the longest waits.
  function badges(top, routed, place, radius) {
    return top
      .map((edge, at) => {
        const route = routed.find((each) => each.edge === edge);
        if (!route) return "";
        const [x, y] = drawn(route, place, radius).badge;
        return (
          `<circle class="badge" cx="${n1(x)}" cy="${n1(y)}" r="7.5"/>` +
          `<text class="badge" x="${n1(x)}" y="${n1(y + 3.8)}">${at + 1}</text>`
        );
      })
      .join("");
  }

  return { draw, frequent, longest, rowsOf, bandsOf, waitClass, verdict, routes };
})();
