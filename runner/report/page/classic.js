// The classic map: a layered graph of the most frequent steps. The build lays it out once, on the whole log; the page only
// shows, hides and colours, so nothing moves.
"use strict";

const Classic = (() => {
  const { escape, say, whole, days, width, fit, n1 } = Format;
  const NODES = 40; // the most frequent activities of a larger log

  // Places of nodes and edges by dagre; called at build only. Steps of the main path are heavy, so they stay straight.
  function layout(facts) {
    Format.use(facts);
    const { edges, nodes } = facts.whole;
    if (!edges.length) return { width: 0, height: 0, nodes: [], edges: [] };
    const rows = ProcessLine.rowsOf(facts, 0.9)
      .sort((a, b) => nodes[b].events - nodes[a].events || a - b)
      .slice(0, NODES);
    const kept = new Set(rows);
    const graph = new dagre.graphlib.Graph({ multigraph: false });
    graph.setGraph({ rankdir: "TB", nodesep: 26, ranksep: 34, marginx: 16, marginy: 10 });
    graph.setDefaultEdgeLabel(() => ({}));
    for (const a of rows.sort((p, q) => p - q)) {
      const { label } = facts.activities[a];
      graph.setNode(String(a), { width: Math.min(200, Math.max(90, width(label, 12) + 20)), height: 36 });
    }
    const drawn = ProcessLine.frequent(edges, 0.9).filter(({ from, to }) => from !== to && kept.has(from) && kept.has(to));
    for (const { from, to, count } of drawn) graph.setEdge(String(from), String(to), { weight: Math.max(1, Math.round(Math.log2(count))) });
    dagre.layout(graph);
    const { width: w, height: h } = graph.graph();
    return {
      width: Math.ceil(w), height: Math.ceil(h),
      nodes: graph.nodes().map((id) => {
        const node = graph.node(id);
        return { a: Number(id), x: Math.round(node.x), y: Math.round(node.y), w: Math.round(node.width) };
      }),
      edges: graph.edges().map(({ v, w: to }) => ({
        from: Number(v), to: Number(to), points: graph.edge(v, to).points.map(({ x, y }) => [Math.round(x), Math.round(y)]),
      })),
    };
  }

  function draw(facts, figures) {
    const place = facts.classic;
    if (!place || !place.nodes.length) return "";
    const counts = new Map(figures.edges.map((edge) => [`${edge.from} ${edge.to}`, edge]));
    const most = Math.max(1, ...figures.edges.map((edge) => edge.count));
    const mostCases = Math.max(1, ...figures.nodes.map((node) => node.cases));
    const edges = place.edges.map(({ from, to, points }) => {
      const edge = counts.get(`${from} ${to}`);
      if (!edge) return "";
      const thick = Math.max(1.2, 6 * Math.sqrt(edge.count / most));
      const [[x0, y0], ...rest] = points;
      const path = `M${x0} ${y0}` + rest.map(([x, y]) => `L${x} ${y}`).join("");
      const [before, [x1, y1]] = points.slice(-2);
      const angle = Math.atan2(y1 - before[1], x1 - before[0]);
      const tip = [[0, 0], [-8, 3.8], [-8, -3.8]].map(([x, y]) => `${n1(x1 + x * Math.cos(angle) - y * Math.sin(angle))} ${n1(y1 + x * Math.sin(angle) + y * Math.cos(angle))}`).join("L");
      const words = say("map.edge", { from: facts.activities[from].label, to: facts.activities[to].label, count: whole(edge.count), median: days(edge.median), p90: days(edge.p90) });
      const kind = "w" + ProcessLine.waitClass(facts, edge.median);
      return `<g class="edge ${kind}"><title>${escape(words)}</title><path class="line" stroke-width="${n1(thick)}" d="${path}"/><path class="tip" d="M${tip}Z"/></g>`;
    });
    const nodes = place.nodes.map(({ a, x, y, w }) => {
      const node = figures.nodes[a];
      const fill = Math.round(4 * Math.sqrt(node.cases / mostCases));
      return (
        `<g class="box${node.cases ? "" : " empty"}"><title>${escape(facts.activities[a].label)}</title><rect class="box b${fill}" x="${x - w / 2}" y="${y - 18}" width="${w}" height="36" rx="4"/>` +
        `<text class="cell mid iso" x="${x}" y="${y - 2}">${escape(fit(facts.activities[a].label, 12, w - 12))}</text><text class="head mid" x="${x}" y="${y + 12}">${whole(node.cases)}</text></g>`
      );
    });
    const { width: w, height: h } = place;
    return `<svg class="chart classic" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" aria-label="${escape(say("map.classic"))}">${edges.join("")}${nodes.join("")}</svg>`;
  }

  return { layout, draw };
})();
