// The selection engine: the embedded log, filters over its cases, and the figures of the cases that remain. Pure
// functions over typed arrays; it runs in the page and in the tests' engine alike, and knows neither document nor window.
"use strict";

const Count = (() => {
  const HALF_Z = 1.959963984540054 / 2; // half of the normal quantile of a 95 % interval
  const Z = 2 * HALF_Z;
  const KINDS = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array };

  // ---- the embedded log -------------------------------------------------------------------------------------------

  // The bytes: length of the header (4 bytes, little endian), header as JSON, then each column, the lowest bytes of
  // all its numbers first (byte planes compress better).
  function unpack(bytes) {
    const size = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24);
    const header = JSON.parse(utf8(bytes.subarray(4, 4 + size)));
    const columns = {};
    let at = 4 + size;
    for (const { name, kind, length } of header.columns) {
      if (kind === "text") {
        columns[name] = utf8(bytes.subarray(at, at + length)).split("\n");
        at += length;
        continue;
      }
      const numbers = new KINDS[kind](length);
      for (let plane = 0; plane < numbers.BYTES_PER_ELEMENT; plane++) {
        const shift = 8 * plane;
        for (let i = 0; i < length; i++) numbers[i] |= bytes[at + i] << shift;
        at += length;
      }
      columns[name] = numbers;
    }
    return { facts: header.facts, log: header.cases ? indexed(header, columns) : null };
  }

  function utf8(bytes) {
    if (typeof TextDecoder !== "undefined") return new TextDecoder().decode(bytes);
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) {
      let part = "";
      for (let j = i; j < Math.min(i + 8192, bytes.length); j++) part += "%" + (256 + bytes[j]).toString(16).slice(1);
      text += part;
    }
    return decodeURIComponent(text);
  }

  // Adds what every count needs: where the cases and steps of a variant begin, its edges, its milestones, its repeats.
  function indexed(header, columns) {
    const { facts } = header;
    const lengths = columns.variant_length;
    const variants = lengths.length;
    const activities = facts.activities.length;
    const firstCase = new Uint32Array(variants + 1);
    const firstEvent = new Uint32Array(variants + 1);
    const firstStep = new Uint32Array(variants + 1); // of the first case of the variant, in `waits`
    for (let v = 0; v < variants; v++) {
      firstCase[v + 1] = firstCase[v] + columns.variant_cases[v];
      firstEvent[v + 1] = firstEvent[v] + lengths[v];
      firstStep[v + 1] = firstStep[v] + columns.variant_cases[v] * (lengths[v] - 1);
    }
    const log = {
      cases: header.cases,
      variants,
      activities,
      perE: header.perE, // codes per factor e of a duration
      valuePerE: header.valuePerE, // and of a value
      hasWaits: "waits" in columns,
      columns,
      path: columns.path,
      lengths,
      firstCase,
      firstEvent,
      firstStep,
      facts,
    };
    log.days = new Float64Array(65536);
    for (let code = 1; code < 65536; code++) log.days[code] = Math.exp((code - 1) / log.perE) / 86400;
    // Code 0 is an unknown value, 1 a value of zero or less.
    log.worth = new Float64Array(65536);
    for (let code = 2; code < 65536; code++) log.worth[code] = Math.exp((code - 2) / log.valuePerE);
    addEdges(log);
    addPaths(log);
    addRepeats(log);
    addDurations(log);
    addVisits(log);
    addMonths(log);
    addIds(log, header);
    return log;
  }

  // The edge of each event with the one before it in its variant; the first event of a variant has none.
  function addEdges(log) {
    const { path, lengths, firstEvent, variants, activities } = log;
    const number = new Map();
    log.edges = [];
    log.edgeAt = new Uint32Array(path.length);
    for (let v = 0; v < variants; v++) {
      for (let e = firstEvent[v] + 1; e < firstEvent[v] + lengths[v]; e++) {
        const key = path[e - 1] * activities + path[e];
        let edge = number.get(key);
        if (edge === undefined) {
          edge = log.edges.length;
          number.set(key, edge);
          log.edges.push({ from: path[e - 1], to: path[e] });
        }
        log.edgeAt[e] = edge;
      }
    }
  }

  // The milestone path of each variant: its milestones in the order in which they are first reached.
  function addPaths(log) {
    const { path, lengths, firstEvent, variants, facts } = log;
    const isMilestone = facts.activities.map((activity) => activity.isMilestone);
    const number = new Map();
    log.paths = [];
    log.pathOf = new Int32Array(variants).fill(-1);
    for (let v = 0; v < variants; v++) {
      const steps = [];
      for (let e = firstEvent[v]; e < firstEvent[v] + lengths[v]; e++)
        if (isMilestone[path[e]] && !steps.includes(path[e])) steps.push(path[e]);
      if (!steps.length) continue;
      const key = steps.join(" ");
      if (!number.has(key)) {
        number.set(key, log.paths.length);
        log.paths.push(steps);
      }
      log.pathOf[v] = number.get(key);
    }
  }

  // Positions of repeats per variant: pairs (position of the occurrence before, position), in `repeatPairs`.
  function addRepeats(log) {
    const { path, lengths, firstEvent, variants, activities } = log;
    const pairs = [];
    log.firstRepeat = new Uint32Array(variants + 1);
    const last = new Int32Array(activities);
    for (let v = 0; v < variants; v++) {
      last.fill(-1);
      for (let j = 0; j < lengths[v]; j++) {
        const activity = path[firstEvent[v] + j];
        if (last[activity] >= 0) pairs.push(last[activity], j);
        last[activity] = j;
      }
      log.firstRepeat[v + 1] = pairs.length;
    }
    log.repeatPairs = Uint32Array.from(pairs);
  }

  // Duration of each case as a code: the sum of its waits, or its own column in a page without waits.
  function addDurations(log) {
    log.variantOf = new Uint32Array(log.cases);
    for (let v = 0; v < log.variants; v++) log.variantOf.fill(v, log.firstCase[v], log.firstCase[v + 1]);
    if (!log.hasWaits) {
      log.durations = log.columns.duration;
      return;
    }
    const { days } = log;
    const { waits } = log.columns;
    log.durations = new Uint16Array(log.cases);
    let step = 0;
    for (let c = 0; c < log.cases; c++) {
      let total = 0;
      for (let rest = log.lengths[log.variantOf[c]] - 1; rest > 0; rest--) total += days[waits[step++]];
      log.durations[c] = codeOf(log, total);
    }
  }

  function codeOf(log, days) {
    return days <= 0 ? 0 : Math.min(65535, 1 + Math.round(Math.log(Math.max(days * 86400, 1)) * log.perE));
  }

  function codeOfValue(log, value) {
    return value <= 0 ? 1 : Math.min(65535, 2 + Math.round(Math.log(Math.max(value, 1)) * log.valuePerE));
  }

  // Days of each visit as a code: the waits from the event at which it begins to the one at which it ends, or stored.
  function addVisits(log) {
    const { visit_count: counts, visit_first_event: first, visit_last_event: last, visit_days: stored, waits } = log.columns;
    log.firstVisit = new Uint32Array(log.cases + 1);
    log.visitDays = new Uint16Array(first.length);
    let next = 0;
    for (let c = 0; c < log.cases; c++) {
      log.firstVisit[c + 1] = log.firstVisit[c] + counts[c];
      const start = log.hasWaits ? firstWait(log, log.variantOf[c], c) : 0;
      for (let v = log.firstVisit[c]; v < log.firstVisit[c + 1]; v++) {
        if (!last[v]) {
          log.visitDays[v] = stored[next++];
          continue;
        }
        let days = 0;
        for (let event = first[v] + 1; event <= last[v]; event++) days += log.days[waits[start + event - 2]];
        log.visitDays[v] = codeOf(log, days);
      }
    }
  }

  // The month of the start of each case, as a position in the list of months.
  function addMonths(log) {
    const { months, firstDay, lastDay } = log.facts;
    const ofDay = new Uint16Array(Math.max(1, lastDay - firstDay + 1));
    for (let day = 0; day < ofDay.length; day++) ofDay[day] = Math.max(0, months.indexOf(dateOf(firstDay + day).slice(0, 7)));
    log.startMonth = Uint16Array.from(log.columns.start, (day) => ofDay[day]);
  }

  function addIds(log, header) {
    const { ids, id_prefix: prefixes, id_number: numbers } = log.columns;
    if (ids) log.idOf = (c) => ids[c];
    else if (prefixes)
      log.idOf = (c) => {
        const { text, width } = header.idPrefixes[prefixes[c]];
        return text + String(numbers[c]).padStart(width, "0");
      };
    else log.idOf = (c) => String(c + 1);
  }

  // ---- filters ----------------------------------------------------------------------------------------------------

  // A filter is {key, values}; the filters of a selection all hold. Returns 1 per case that remains.
  function select(log, filters) {
    const mask = new Uint8Array(log.cases).fill(1);
    for (const filter of filters) apply(log, mask, filter);
    return mask;
  }

  // A condition that this log does not know, as from the address of another page, holds for no case.
  function apply(log, mask, { key, values }) {
    const dimension = log.facts.dimensions.find((each) => each.code === key);
    if (dimension) bySegment(log, mask, dimension, values);
    else if (RULES[key]) RULES[key](log, mask, values);
    else mask.fill(0);
  }

  function bySegment(log, mask, dimension, values) {
    const wanted = new Uint8Array(65536);
    for (const value of values) {
      const at = dimension.segments.findIndex((segment) => segment.name === value);
      if (at >= 0) wanted[at] = 1;
    }
    const codes = log.columns["dimension_" + dimension.code];
    for (let c = 0; c < log.cases; c++) mask[c] &= wanted[codes[c]];
  }

  function byCase(test) {
    return (log, mask, values) => {
      const holds = test(log, values);
      for (let c = 0; c < log.cases; c++) if (mask[c] && !holds(c)) mask[c] = 0;
    };
  }

  // `test` returns whether the activities at [start, end) of the path hold.
  function byVariant(test) {
    return (log, mask, values) => {
      const holds = test(log, values);
      for (let v = 0; v < log.variants; v++)
        if (!holds(v, log.firstEvent[v], log.firstEvent[v + 1])) mask.fill(0, log.firstCase[v], log.firstCase[v + 1]);
    };
  }

  const activityNamed = (log, name) => log.facts.activities.findIndex((activity) => activity.name === name);

  function occurrences(log, activity, start, end) {
    let count = 0;
    for (let e = start; e < end; e++) if (log.path[e] === activity) count++;
    return count;
  }

  const range = ([low, high]) => [
    low === undefined || low === "" ? -Infinity : Number(low),
    high === undefined || high === "" ? Infinity : Number(high),
  ];

  // Days since 1970-01-01 of a date such as 2026-06-30, without a clock or a zone.
  function dayNumber(date) {
    const [year, month, day] = date.split("-").map(Number);
    const y = month <= 2 ? year - 1 : year;
    const era = Math.floor(y / 400);
    const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
    const ofEra = (y - 400 * era) * 365 + Math.floor((y - 400 * era) / 4) - Math.floor((y - 400 * era) / 100) + ofYear;
    return era * 146097 + ofEra - 719468;
  }

  function dateOf(number) {
    const z = number + 719468;
    const era = Math.floor(z / 146097);
    const ofEra = z - era * 146097;
    const ofEraYear = Math.floor(
      (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36524) - Math.floor(ofEra / 146096)) / 365
    );
    const ofYear = ofEra - (365 * ofEraYear + Math.floor(ofEraYear / 4) - Math.floor(ofEraYear / 100));
    const mp = Math.floor((5 * ofYear + 2) / 153);
    const month = mp < 10 ? mp + 3 : mp - 9;
    const two = (n) => String(n).padStart(2, "0");
    const year = ofEraYear + 400 * era + (month <= 2 ? 1 : 0);
    return `${String(year).padStart(4, "0")}-${two(month)}-${two(ofYear - Math.floor((153 * mp + 2) / 5) + 1)}`;
  }

  function period(test) {
    return byCase((log, [from, to]) => {
      const first = from ? dayNumber(from) : -Infinity;
      const last = to ? dayNumber(to) : Infinity;
      const { start, span, flags } = log.columns;
      const base = log.facts.firstDay;
      return (c) => test(base + start[c], base + start[c] + span[c], first, last, flags[c]);
    });
  }

  const COMPLETE = 1;
  const IN_PHASES = 2;
  const STALLED = 4;
  const OPEN = 8;

  const RULES = {
    started: period((start, _end, first, last) => start >= first && start <= last),
    completed: period((_start, end, first, last, flags) => flags & COMPLETE && end >= first && end <= last),
    contained: period((start, end, first, last) => start >= first && end <= last),
    intersecting: period((start, end, first, last) => start <= last && end >= first),
    value: byCase((log, values) => {
      const [low, high] = range(values);
      const codes = log.columns.value;
      const least = low > 0 ? codeOfValue(log, low) : 1;
      const most = high === Infinity ? 65535 : codeOfValue(log, high);
      return (c) => codes[c] >= least && codes[c] <= most;
    }),
    days: byCase((log, values) => {
      const [low, high] = range(values);
      const least = low > 0 ? codeOf(log, low) : 0;
      const most = high === Infinity ? 65535 : codeOf(log, high);
      return (c) => log.durations[c] >= least && log.durations[c] <= most;
    }),
    variant: byVariant((log, ids) => {
      const wanted = new Set(ids.map((id) => Number(id) - 1));
      return (v) => wanted.has(v);
    }),
    path: byVariant((log, names) => {
      const steps = names.map((name) => activityNamed(log, name)).join(" ");
      return (v) => log.pathOf[v] >= 0 && log.paths[log.pathOf[v]].join(" ") === steps;
    }),
    // Variants are embedded in order of rank, so the most frequent ones come first.
    top: byVariant((log, [percent]) => {
      const enough = (Number(percent) / 100) * log.cases;
      return (v) => log.firstCase[v] < enough - 1e-9;
    }),
    with: byVariant((log, [name]) => {
      const activity = activityNamed(log, name);
      return (_v, start, end) => occurrences(log, activity, start, end) > 0;
    }),
    without: byVariant((log, [name]) => {
      const activity = activityNamed(log, name);
      return (_v, start, end) => occurrences(log, activity, start, end) === 0;
    }),
    starts: byVariant((log, [name]) => {
      const activity = activityNamed(log, name);
      return (_v, start) => log.path[start] === activity;
    }),
    ends: byVariant((log, [name]) => {
      const activity = activityNamed(log, name);
      return (_v, _start, end) => log.path[end - 1] === activity;
    }),
    repeats: byVariant((log, [name, least]) => {
      const activity = activityNamed(log, name);
      return (_v, start, end) => occurrences(log, activity, start, end) >= (Number(least) || 2);
    }),
    follows: (log, mask, values) => follows(log, mask, values),
  };

  // values: from, to, direct or eventual, then optionally within or after, days. Eventually: any later position.
  function follows(log, mask, [from, to, how, limit, days]) {
    const a = activityNamed(log, from);
    const b = activityNamed(log, to);
    const direct = how !== "eventual";
    const timed = (limit === "within" || limit === "after") && log.hasWaits;
    const code = timed ? codeOf(log, Number(days)) : 0;
    const most = timed ? Number(days) * (1 + 0.5 / log.perE) : 0;
    for (let v = 0; v < log.variants; v++) {
      const pairs = pairsOf(log, v, a, b, direct);
      const cases = [log.firstCase[v], log.firstCase[v + 1]];
      if (!pairs.length) mask.fill(0, cases[0], cases[1]);
      else if (timed)
        for (let c = cases[0]; c < cases[1]; c++)
          if (mask[c] && !pairs.some(([i, j]) => inTime(log, v, c, i, j, limit, code, most))) mask[c] = 0;
    }
  }

  function pairsOf(log, v, a, b, direct) {
    const pairs = [];
    const start = log.firstEvent[v];
    for (let i = 0; i < log.lengths[v]; i++) {
      if (log.path[start + i] !== a) continue;
      const end = direct ? Math.min(i + 2, log.lengths[v]) : log.lengths[v];
      for (let j = i + 1; j < end; j++) if (log.path[start + j] === b) pairs.push([i, j]);
    }
    return pairs;
  }

  // One step is compared as a code, which is exact to the resolution; several as the sum of their days.
  function inTime(log, v, c, i, j, limit, code, most) {
    const at = firstWait(log, v, c) + i;
    const { waits } = log.columns;
    if (j === i + 1) return limit === "within" ? waits[at] <= code : waits[at] > code;
    let days = 0;
    for (let k = 0; k < j - i; k++) days += log.days[waits[at + k]];
    return limit === "within" ? days <= most : days > most;
  }

  const firstWait = (log, v, c) => log.firstStep[v] + (c - log.firstCase[v]) * (log.lengths[v] - 1);

  // ---- figures ----------------------------------------------------------------------------------------------------

  // Ranks, from 0, of the interval of a median; -1 where n is too small (DECISIONS, interval of a median).
  function medianRanks(n) {
    const low = Math.floor((n + 1) / 2 - HALF_Z * Math.sqrt(n)) - 1;
    const high = Math.ceil((n + 1) / 2 + HALF_Z * Math.sqrt(n)) - 1;
    return low < 0 || high >= n ? [-1, -1] : [low, high];
  }

  // Count, sum, median, p90 and interval of the median of each group, exact to the resolution of the codes and without
  // a sort: a histogram of the high bytes, then one of the low bytes inside the bins that hold the wanted ranks.
  function quantiles(log, groups, codes, count, size) {
    const high = new Uint32Array(size * 256);
    const total = new Float64Array(size);
    const n = new Uint32Array(size);
    const { days } = log;
    for (let i = 0; i < count; i++) {
      const g = groups[i];
      high[g * 256 + (codes[i] >> 8)]++;
      total[g] += days[codes[i]];
      n[g]++;
    }
    const slotOf = new Int32Array(size * 256);
    let slots = 0;
    const wanted = [];
    for (let g = 0; g < size; g++) {
      if (!n[g]) continue;
      const half = (n[g] - 1) / 2;
      const ninth = 0.9 * (n[g] - 1);
      const [low, up] = medianRanks(n[g]);
      const ranks = [Math.floor(half), Math.ceil(half), Math.floor(ninth), Math.ceil(ninth), low, up];
      const places = ranks.map((rank) => {
        if (rank < 0) return null;
        let bin = g * 256;
        let rest = rank;
        while (rest >= high[bin]) rest -= high[bin++];
        if (!slotOf[bin]) slotOf[bin] = ++slots;
        return { bin, rest };
      });
      wanted.push({ g, places, part: ninth - Math.floor(ninth) });
    }
    const lowBytes = new Uint32Array(slots * 256);
    for (let i = 0; i < count; i++) {
      const slot = slotOf[groups[i] * 256 + (codes[i] >> 8)];
      if (slot) lowBytes[(slot - 1) * 256 + (codes[i] & 255)]++;
    }
    const found = Array.from({ length: size }, (_, g) => ({
      n: n[g], total: total[g], median: null, p90: null, low: null, high: null,
    }));
    for (const { g, places, part } of wanted) {
      const [m1, m2, p1, p2, low, up] = places.map((place) => {
        if (!place) return null;
        let at = (slotOf[place.bin] - 1) * 256;
        let { rest } = place;
        while (rest >= lowBytes[at]) rest -= lowBytes[at++];
        return days[(place.bin & 255) * 256 + (at & 255)];
      });
      Object.assign(found[g], { median: (m1 + m2) / 2, p90: p1 + (p2 - p1) * part, low, high: up });
    }
    return found;
  }

  function wilson(p, n) {
    const centre = p + (Z * Z) / 2 / n;
    const spread = Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / 4 / (n * n));
    const scale = 1 + (Z * Z) / n;
    return [Math.max(0, Math.min(p, (centre - spread) / scale)), Math.min(1, Math.max(p, (centre + spread) / scale))];
  }

  // The interval of a difference from two intervals (Zou and Donner 2008); for rates it is Newcombe's.
  function change(now, then) {
    if ([now.low, now.high, then.low, then.high].some((bound) => bound === null || bound === undefined))
      return [null, null];
    const d = now.value - then.value;
    return [
      d - Math.hypot(now.value - now.low, then.high - then.value),
      d + Math.hypot(now.high - now.value, then.value - then.low),
    ];
  }

  // All figures of the selected cases, in the shape in which the published tables give those of the whole log. Each part
  // is counted when it is first read, so a selection costs what is looked at.
  function result(log, mask) {
    const chosen = chosenPerVariant(log, mask);
    const figures = totals(log, mask, chosen);
    const map = once(() => processMap(log, mask, chosen));
    const parts = {
      nodes: () => map().nodes,
      edges: () => map().edges,
      phases: () => phases(log, mask),
      kpis: () => kpis(log, mask),
      paths: () => paths(log, mask, chosen),
      variants: () => variants(log, mask, chosen),
      stages: () => stages(log, mask),
      rework: () => rework(log, mask, chosen),
      starts: () => starts(log, mask),
      deals: () => deals(log, mask),
    };
    for (const [name, count] of Object.entries(parts))
      Object.defineProperty(figures, name, { get: once(count), enumerable: true });
    return figures;
  }

  function once(count) {
    let counted;
    return () => (counted === undefined ? (counted = count()) : counted);
  }

  function chosenPerVariant(log, mask) {
    const chosen = new Uint32Array(log.variants);
    for (let v = 0; v < log.variants; v++) {
      let count = 0;
      for (let c = log.firstCase[v]; c < log.firstCase[v + 1]; c++) count += mask[c];
      chosen[v] = count;
    }
    return chosen;
  }

  function totals(log, mask, chosen) {
    const { start, span, value } = log.columns;
    let [cases, events, worth, valued] = [0, 0, 0, 0];
    let [first, last] = [Infinity, -Infinity];
    for (let v = 0; v < log.variants; v++) {
      cases += chosen[v];
      events += chosen[v] * log.lengths[v];
    }
    for (let c = 0; c < log.cases; c++) {
      if (!mask[c]) continue;
      first = Math.min(first, start[c]);
      last = Math.max(last, start[c] + span[c]);
      if (value[c]) {
        worth += log.worth[value[c]];
        valued++;
      }
    }
    const base = log.facts.firstDay;
    return {
      cases, events, steps: events - cases, value: worth, valued,
      first: cases ? dateOf(base + first) : null,
      last: cases ? dateOf(base + last) : null,
    };
  }

  // Nodes and edges: counts over variants, waits over the steps of the selected cases.
  function processMap(log, mask, chosen) {
    const { path, edgeAt, lengths, firstEvent, firstCase, activities } = log;
    const nodes = Array.from({ length: activities }, () => ({
      events: 0, cases: 0, repeats: 0, starts: 0, ends: 0, loops: 0, value: 0, valueDays: 0,
    }));
    const edges = log.edges.map(({ from, to }) => ({ from, to, count: 0, cases: 0, value: 0 }));
    const seen = new Uint32Array(activities); // occurrences in this variant
    const edgeSeen = new Int32Array(edges.length).fill(-1);
    for (let v = 0; v < log.variants; v++) {
      const k = chosen[v];
      if (!k) continue;
      let worth = 0;
      for (let c = firstCase[v]; c < firstCase[v + 1]; c++) if (mask[c]) worth += log.worth[log.columns.value[c]];
      const [start, end] = [firstEvent[v], firstEvent[v] + lengths[v]];
      for (let e = start; e < end; e++) {
        const node = nodes[path[e]];
        node.events += k;
        if (!seen[path[e]]++) {
          node.cases += k;
          node.value += worth;
        }
        if (e === start) continue;
        const edge = edges[edgeAt[e]];
        edge.count += k;
        if (path[e] === path[e - 1]) node.loops += k;
        if (edgeSeen[edgeAt[e]] !== v) {
          edgeSeen[edgeAt[e]] = v;
          edge.cases += k;
          edge.value += worth;
        }
      }
      nodes[path[start]].starts += k;
      nodes[path[end - 1]].ends += k;
      for (let e = start; e < end; e++) {
        if (seen[path[e]] > 1) nodes[path[e]].repeats += k;
        seen[path[e]] = 0;
      }
    }
    if (log.hasWaits) addWaits(log, mask, chosen, nodes, edges);
    return { nodes, edges: edges.filter((edge) => edge.count) };
  }

  // The waits of the selected steps, each with its edge: 2 bytes + 4 bytes per step while counting.
  function steps(log, mask, chosen) {
    let size = 0;
    for (let v = 0; v < log.variants; v++) size += chosen[v] * (log.lengths[v] - 1);
    const edges = new Uint32Array(size);
    const codes = new Uint16Array(size);
    const owners = new Uint32Array(size);
    const { waits } = log.columns;
    let at = 0;
    for (let v = 0; v < log.variants; v++) {
      if (!chosen[v]) continue;
      const length = log.lengths[v] - 1;
      for (let c = log.firstCase[v]; c < log.firstCase[v + 1]; c++) {
        if (!mask[c]) continue;
        const first = firstWait(log, v, c);
        for (let j = 0; j < length; j++) {
          edges[at] = log.edgeAt[log.firstEvent[v] + 1 + j];
          codes[at] = waits[first + j];
          owners[at++] = c;
        }
      }
    }
    return { size, edges, codes, owners };
  }

  function addWaits(log, mask, chosen, nodes, edges) {
    const taken = steps(log, mask, chosen);
    const { value } = log.columns;
    const targets = new Uint32Array(taken.size);
    for (let i = 0; i < taken.size; i++) {
      const edge = log.edges[taken.edges[i]];
      targets[i] = edge.to;
      if (value[taken.owners[i]])
        nodes[edge.to].valueDays += log.worth[value[taken.owners[i]]] * log.days[taken.codes[i]];
    }
    quantiles(log, taken.edges, taken.codes, taken.size, edges.length).forEach((times, e) => {
      const { n: _n, ...rest } = times;
      Object.assign(edges[e], rest);
    });
    quantiles(log, targets, taken.codes, taken.size, nodes.length).forEach((times, a) => {
      const { n, ...rest } = times;
      Object.assign(nodes[a], { waits: n, ...rest });
    });
  }

  // Mean days per phase of the log's population; a wait belongs to the phase of the activity that ends it.
  function phases(log, mask) {
    const { facts } = log;
    if (!log.hasWaits) return null;
    const of = facts.phases.map(({ code }) => ({ phase: code, days: 0, us: 0, customer: 0, system: 0, unknown: 0 }));
    const phaseOf = facts.activities.map((activity) => activity.phase);
    const waitedFor = facts.activities.map((activity) => activity.waitedFor || "unknown");
    let n = 0;
    for (let v = 0; v < log.variants; v++) {
      for (let c = log.firstCase[v]; c < log.firstCase[v + 1]; c++) {
        if (!mask[c] || !(log.columns.flags[c] & IN_PHASES)) continue;
        n++;
        const first = firstWait(log, v, c);
        for (let j = 1; j < log.lengths[v]; j++) {
          const activity = log.path[log.firstEvent[v] + j];
          const days = log.days[log.columns.waits[first + j - 1]];
          of[phaseOf[activity]].days += days;
          of[phaseOf[activity]][waitedFor[activity]] += days;
        }
      }
    }
    const parts = of.map((part) => {
      const means = { phase: part.phase };
      for (const name of ["days", "us", "customer", "system", "unknown"]) means[name] = n ? part[name] / n : 0;
      return means;
    });
    return { population: facts.population, n, mean: parts.reduce((sum, part) => sum + part.days, 0), parts };
  }

  // ---- KPIs -------------------------------------------------------------------------------------------------------

  // Calls visit(case, month, code or weight, isCounted) for each selected case of a KPI, in order of cases.
  function eachOf(log, mask, kpi, visit) {
    const member = log.columns["kpi_" + kpi.code];
    if (!member) return;
    const months = log.columns["kpi_month_" + kpi.code];
    const codes = log.columns["kpi_days_" + kpi.code];
    const count = log.facts.months.length;
    let at = 0;
    for (let c = 0; c < log.cases; c++) {
      if (!member[c]) continue;
      if (mask[c]) visit(c, (log.startMonth[c] + months[at]) % count, codes ? codes[at] : 0, member[c] === 2);
      at++;
    }
  }

  function kpis(log, mask) {
    return log.facts.kpis.map((kpi, k) => kpiFigures(log, mask, kpi, log.facts.whole.kpis[k]));
  }

  // Value of all months, of each month, of the last 12 complete months and of the 12 before them.
  function kpiFigures(log, mask, kpi, whole) {
    const months = log.facts.months.length;
    const last = log.facts.lastMonth;
    const groups = figuresBy(log, mask, kpi, months + 3, (_c, month, add) => {
      add(0);
      add(1 + month);
      if (month <= last && month > last - 12) add(months + 1);
      else if (month <= last - 12 && month > last - 24) add(months + 2);
    });
    const [all, now, then] = [groups[0], groups[months + 1], groups[months + 2]];
    const hidden = whole.status === "not_recorded";
    const [changeLow, changeHigh] = change(now, then);
    return {
      ...all,
      ...(hidden ? { value: null, low: null, high: null } : {}),
      status: status(log, kpi, all, whole),
      year: { value: now.value, n: now.n, baseline: then.value, baselineN: then.n, changeLow, changeHigh },
      months: log.facts.months.map((month, m) => ({ ...groups[1 + m], month, isMature: whole.months[m].isMature })),
    };
  }

  // Figures of each group; assign(case, month, add) calls add(group) for each group of a case.
  function figuresBy(log, mask, kpi, size, assign) {
    return kpi.form === "interval"
      ? mediansBy(log, mask, kpi, size, assign)
      : sharesBy(log, mask, kpi, size, assign);
  }

  function mediansBy(log, mask, kpi, size, assign) {
    const members = (log.columns["kpi_days_" + kpi.code] || []).length;
    const groups = new Uint32Array(3 * members);
    const codes = new Uint16Array(3 * members);
    let count = 0;
    let code = 0;
    const add = (group) => {
      groups[count] = group;
      codes[count++] = code;
    };
    eachOf(log, mask, kpi, (c, month, days) => {
      code = days;
      assign(c, month, add);
    });
    return quantiles(log, groups, codes, count, size).map(({ n, median, p90, low, high }) => ({
      value: median, n, low, high, p90, coverage: null,
    }));
  }

  function sharesBy(log, mask, kpi, size, assign) {
    const ofValue = kpi.weight === "value";
    const sums = Array.from({ length: size }, () => ({ n: 0, known: 0, part: 0, whole: 0 }));
    const { value } = log.columns;
    eachOf(log, mask, kpi, (c, month, _code, isCounted) => {
      const weight = ofValue ? log.worth[value[c]] : 1;
      const isKnown = !ofValue || value[c] > 0;
      assign(c, month, (group) => {
        const sum = sums[group];
        sum.n++;
        if (!isKnown) return;
        sum.known++;
        sum.whole += weight;
        if (isCounted) sum.part += weight;
      });
    });
    return sums.map(({ n, known, part, whole }) => {
      const share = whole ? part / whole : null;
      const coverage = ofValue && n ? known / n : null;
      const [low, high] = ofValue || !n ? [null, null] : wilson(share, n);
      const isCovered = coverage === null || coverage >= log.facts.minimumCoverage;
      return { value: isCovered ? share : null, n, low, high, p90: null, coverage };
    });
  }

  function status(log, kpi, { value, n, coverage }, whole) {
    if (whole.status === "not_recorded") return "not_recorded";
    if (coverage !== null && coverage < log.facts.minimumCoverage) return "low_coverage";
    if (n < log.facts.minimumCases || whole.lacksMaturity) return "too_few";
    if (kpi.target === null) return "no_target";
    const isMet = kpi.direction === "down" ? value <= kpi.target : value >= kpi.target;
    return isMet ? "met" : "missed";
  }

  // A KPI per segment of a dimension: value, n, interval.
  function segments(log, mask, kpiCode, dimensionCode) {
    const kpi = log.facts.kpis.find(({ code }) => code === kpiCode);
    const dimension = log.facts.dimensions.find(({ code }) => code === dimensionCode);
    const codes = log.columns["dimension_" + dimensionCode];
    return figuresBy(log, mask, kpi, dimension.segments.length, (c, _month, add) => add(codes[c]));
  }

  // ---- variants, stages, rework -----------------------------------------------------------------------------------

  const SHOWN = 20;

  // Most cases first, then the order of the list.
  function topOf(counts, limit = SHOWN) {
    const order = [];
    counts.forEach((count, at) => count && order.push(at));
    return order.sort((a, b) => counts[b] - counts[a] || a - b).slice(0, limit);
  }

  // Median duration and value of the cases of the listed groups; groupOf(variant) is a group or -1.
  function ofGroups(log, mask, listed, groupOf) {
    const place = new Map(listed.map((group, at) => [group, at]));
    const groups = [];
    const codes = [];
    const value = new Float64Array(listed.length);
    for (let v = 0; v < log.variants; v++) {
      const at = place.get(groupOf(v));
      if (at === undefined) continue;
      for (let c = log.firstCase[v]; c < log.firstCase[v + 1]; c++) {
        if (!mask[c]) continue;
        groups.push(at);
        codes.push(log.durations[c]);
        value[at] += log.worth[log.columns.value[c]];
      }
    }
    const times = quantiles(log, groups, codes, groups.length, listed.length);
    return times.map(({ median }, at) => ({ median, value: value[at] }));
  }

  function paths(log, mask, chosen) {
    const counts = new Array(log.paths.length).fill(0);
    for (let v = 0; v < log.variants; v++) if (log.pathOf[v] >= 0) counts[log.pathOf[v]] += chosen[v];
    const listed = topOf(counts);
    const more = ofGroups(log, mask, listed, (v) => log.pathOf[v]);
    const occurs = listed.map((p) => log.paths[p].map(() => 0));
    const place = new Map(listed.map((p, at) => [p, at]));
    for (let v = 0; v < log.variants; v++) {
      const at = place.get(log.pathOf[v]);
      if (at === undefined || !chosen[v]) continue;
      log.paths[log.pathOf[v]].forEach((activity, s) => {
        occurs[at][s] += chosen[v] * occurrences(log, activity, log.firstEvent[v], log.firstEvent[v + 1]);
      });
    }
    return {
      count: counts.filter(Boolean).length,
      cases: counts.reduce((sum, count) => sum + count, 0),
      for80: coverage(counts, 0.8),
      top: listed.map((p, at) => ({
        steps: log.paths[p].map((activity, s) => ({
          activity,
          mean: occurs[at][s] / counts[p],
          isOut: s > 0 && log.facts.activities[activity].rank < log.facts.activities[log.paths[p][s - 1]].rank,
        })),
        cases: counts[p],
        ...more[at],
      })),
    };
  }

  // Number of the most frequent groups that hold a share of the cases.
  function coverage(counts, share) {
    const sorted = counts.filter(Boolean).sort((a, b) => b - a);
    const enough = share * sorted.reduce((sum, count) => sum + count, 0);
    let [number, sum] = [0, 0];
    while (number < sorted.length && sum < enough - 1e-9) sum += sorted[number++];
    return number;
  }

  function variants(log, mask, chosen) {
    const counts = Array.from(chosen);
    const listed = topOf(counts);
    const more = ofGroups(log, mask, listed, (v) => v);
    return {
      count: counts.filter(Boolean).length,
      for80: coverage(counts, 0.8),
      top: listed.map((v, at) => ({
        number: v + 1,
        steps: Array.from(log.path.subarray(log.firstEvent[v], log.firstEvent[v + 1])),
        cases: counts[v],
        ...more[at],
      })),
    };
  }

  function stages(log, mask) {
    const { facts, columns } = log;
    const exits = facts.exits;
    const sideOf = exits.map((exit) =>
      ["next", "skipped", "won"].includes(exit) ? "wentOn"
        : ["lost", "no_sale", "disqualified"].includes(exit) ? "dropped"
          : ["back", "reopened"].includes(exit) ? "wentBack" : "open"
    );
    const stalled = exits.indexOf("stalled");
    const back = exits.indexOf("back");
    const of = facts.stages.map(() => ({
      entered: 0, wentOn: 0, dropped: 0, wentBack: 0, open: 0, stalled: 0, returns: 0,
      openValue: 0, stalledValue: 0, oldestDays: null, oldestCase: null,
    }));
    const groups = [];
    const codes = [];
    const lastExit = new Int16Array(of.length);
    for (let c = 0; c < log.cases; c++) {
      if (!mask[c]) continue;
      lastExit.fill(-1);
      for (let v = log.firstVisit[c]; v < log.firstVisit[c + 1]; v++) {
        const stage = columns.visit_stage[v];
        const exit = columns.visit_exit[v];
        lastExit[stage] = exit;
        if (exit === back) of[stage].returns++;
        if (sideOf[exit] === "open") {
          const days = log.days[log.visitDays[v]];
          if (of[stage].oldestDays === null || days > of[stage].oldestDays)
            Object.assign(of[stage], { oldestDays: days, oldestCase: log.idOf(c) });
        } else {
          groups.push(stage);
          codes.push(log.visitDays[v]);
        }
      }
      for (let stage = 0; stage < of.length; stage++) {
        if (lastExit[stage] < 0) continue;
        of[stage].entered++;
        of[stage][sideOf[lastExit[stage]]]++;
        const worth = log.worth[columns.value[c]];
        if (sideOf[lastExit[stage]] === "open") of[stage].openValue += worth;
        if (lastExit[stage] === stalled) {
          of[stage].stalled++;
          of[stage].stalledValue += worth;
        }
      }
    }
    quantiles(log, groups, codes, groups.length, of.length).forEach(({ median, p90 }, stage) => {
      Object.assign(of[stage], { median, p90 });
    });
    return of;
  }

  // Repeats of each activity: directly after itself, or later; the days between an occurrence and the one before it.
  function rework(log, mask, chosen) {
    const of = log.facts.activities.map(() => ({ loops: 0, repeats: 0, cases: 0, extra: 0, value: 0 }));
    const seen = new Int32Array(of.length).fill(-1);
    for (let v = 0; v < log.variants; v++) {
      const [from, to] = [log.firstRepeat[v], log.firstRepeat[v + 1]];
      if (!chosen[v] || from === to) continue;
      let worth = 0;
      for (let c = log.firstCase[v]; c < log.firstCase[v + 1]; c++) if (mask[c]) worth += log.worth[log.columns.value[c]];
      for (let r = from; r < to; r += 2) {
        const [i, j] = [log.repeatPairs[r], log.repeatPairs[r + 1]];
        const activity = log.path[log.firstEvent[v] + j];
        const sum = of[activity];
        if (j === i + 1) sum.loops += chosen[v];
        else sum.repeats += chosen[v];
        if (seen[activity] !== v) {
          seen[activity] = v;
          sum.cases += chosen[v];
          sum.value += worth;
        }
        if (!log.hasWaits) continue;
        for (let c = log.firstCase[v]; c < log.firstCase[v + 1]; c++) {
          if (!mask[c]) continue;
          const first = firstWait(log, v, c);
          for (let k = i; k < j; k++) sum.extra += log.days[log.columns.waits[first + k]];
        }
      }
    }
    return of.map((sum, activity) => ({ activity, ...sum })).filter((sum) => sum.loops + sum.repeats);
  }

  // Cases by month of their first event.
  function starts(log, mask) {
    const counts = log.facts.months.map(() => 0);
    for (let c = 0; c < log.cases; c++) counts[log.startMonth[c]] += mask[c];
    return counts;
  }

  const LISTED = 25;

  // The cases of the list: stalled, then open, then closed ones, by value.
  function deals(log, mask) {
    const { value, flags } = log.columns;
    const rank = (c) => (flags[c] & STALLED ? 2 : isOpen(log, c) ? 1 : 0) * 65536 + value[c];
    const first = [];
    for (let c = 0; c < log.cases; c++) if (mask[c]) first.push(c);
    first.sort((a, b) => rank(b) - rank(a) || (log.idOf(a) < log.idOf(b) ? -1 : 1));
    return first.slice(0, LISTED).map((c) => listed(log, c));
  }

  const isOpen = (log, c) => Boolean(log.columns.flags[c] & OPEN);

  function listed(log, c) {
    const segment = (code) => {
      const dimension = log.facts.dimensions.find((each) => each.code === code);
      const found = dimension && dimension.segments[log.columns["dimension_" + code][c]];
      return found && found.name !== "(none)" ? found.label : "";
    };
    return {
      id: log.idOf(c),
      outcome: segment("outcome") || (log.facts.dimensions.some(({ code }) => code === "outcome") ? "" : log.facts.onlyOutcome),
      stage: segment("current_stage"),
      isStalled: Boolean(log.columns.flags[c] & STALLED),
      start: dateOf(log.facts.firstDay + log.columns.start[c]),
      days: isOpen(log, c) ? dayNumber(log.facts.asOf) - log.facts.firstDay - log.columns.start[c] : log.columns.span[c],
      events: log.lengths[log.variantOf[c]],
      value: log.columns.value[c] ? log.worth[log.columns.value[c]] : null,
      owner: segment("sales_representative"),
      region: segment("region"),
    };
  }

  // ---- single cases, one step, days ---------------------------------------------------------------------------------

  // The waits of one step over the selected cases, in days, in order of cases.
  function waitsOf(log, mask, from, to) {
    const edge = log.edges.findIndex((each) => each.from === from && each.to === to);
    const taken = steps(log, mask, chosenPerVariant(log, mask));
    const days = [];
    for (let i = 0; i < taken.size; i++) if (taken.edges[i] === edge) days.push(log.days[taken.codes[i]]);
    return days;
  }

  // A case: its columns, and its events with the days since its start.
  function oneCase(log, c) {
    const v = log.variantOf[c];
    const first = firstWait(log, v, c);
    const events = [];
    let day = 0;
    for (let j = 0; j < log.lengths[v]; j++) {
      const wait = j && log.hasWaits ? log.days[log.columns.waits[first + j - 1]] : 0;
      day += wait;
      events.push({ activity: log.path[log.firstEvent[v] + j], day, wait });
    }
    const segments = log.facts.dimensions.map(
      ({ code, segments: named }) => named[log.columns["dimension_" + code][c]]
    );
    return {
      id: log.idOf(c),
      start: dateOf(log.facts.firstDay + log.columns.start[c]),
      days: log.days[log.durations[c]],
      value: log.columns.value[c] ? log.worth[log.columns.value[c]] : null,
      variant: v + 1,
      hasWaits: log.hasWaits,
      segments,
      events,
    };
  }

  function indexOf(log, id) {
    for (let c = 0; c < log.cases; c++) if (log.idOf(c) === id) return c;
    return -1;
  }

  // Events per activity and day of the selected cases, for the replay: days from the first day of the log.
  function eventsByDay(log, mask) {
    const length = log.facts.lastDay - log.facts.firstDay + 1;
    const counts = log.facts.activities.map(() => new Uint32Array(length));
    for (let v = 0; v < log.variants; v++) {
      for (let c = log.firstCase[v]; c < log.firstCase[v + 1]; c++) {
        if (!mask[c]) continue;
        const first = firstWait(log, v, c);
        let day = log.columns.start[c] + 0.5;
        for (let j = 0; j < log.lengths[v]; j++) {
          if (j) day += log.days[log.columns.waits[first + j - 1]];
          counts[log.path[log.firstEvent[v] + j]][Math.min(length - 1, Math.floor(day))]++;
        }
      }
    }
    return counts;
  }

  return {
    unpack, select, result, segments, waitsOf, oneCase, indexOf, eventsByDay, dayNumber, dateOf, wilson, change,
    medianRanks, deals, starts,
  };
})();
