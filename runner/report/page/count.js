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
    else if (Object.hasOwn(RULES, key)) RULES[key](log, mask, values);
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

  // The same for a rule about one activity, which is the first of its values.
  function byActivity(test) {
    return byVariant((log, [name, more]) => {
      const activity = activityNamed(log, name);
      return (_v, start, end) => test(log, activity, start, end, more);
    });
  }

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
    with: byActivity((log, activity, start, end) => occurrences(log, activity, start, end) > 0),
    without: byActivity((log, activity, start, end) => occurrences(log, activity, start, end) === 0),
    starts: byActivity((log, activity, start) => log.path[start] === activity),
    ends: byActivity((log, activity, _start, end) => log.path[end - 1] === activity),
    repeats: byActivity((log, activity, start, end, least) => occurrences(log, activity, start, end) >= (Number(least) || 2)),
    // Any of these activities: the search of paths.
    any: byVariant((log, names) => {
      const wanted = new Uint8Array(log.activities);
      for (const name of names) wanted[activityNamed(log, name)] = 1;
      return (_v, start, end) => log.path.subarray(start, end).some((activity) => wanted[activity]);
    }),
    follows,
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
    return lazily(figures, {
      nodes: () => map().nodes,
      edges: () => map().edges,
      phases: () => phases(log, mask),
      kpis: () => kpis(log, mask),
      paths: () => paths(log, mask, chosen),
      variants: () => variants(log, mask, chosen),
      stages: () => stages(log, mask),
      rework: () => rework(log, mask, chosen),
      extraDays: () => extraDays(log, mask, chosen),
      starts: () => starts(log, mask),
      deals: () => deals(log, mask),
    });
  }

  // Adds properties to an object that are computed when they are first read.
  function lazily(object, parts) {
    for (const [name, count] of Object.entries(parts)) Object.defineProperty(object, name, { get: once(count), enumerable: true });
    return object;
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
    else addWholeTimes(log, nodes, edges);
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

  // A page without waits knows the times of steps over all cases only.
  function addWholeTimes(log, nodes, edges) {
    const { whole } = log.facts;
    const known = new Map(whole.edges.map((edge) => [edge.from * log.activities + edge.to, edge]));
    const times = ({ median, p90, low, high }) => ({ median, p90, low, high, total: 0 });
    for (const edge of edges) Object.assign(edge, times(known.get(edge.from * log.activities + edge.to)));
    nodes.forEach((node, a) => Object.assign(node, { waits: node.events - node.starts, ...times(whole.nodes[a]) }));
  }

  // Mean days per phase of the log's population; a wait belongs to the phase of the activity that ends it.
  function phases(log, mask) {
    const { facts, path, lengths, days } = log;
    if (!log.hasWaits) return null;
    const { flags, waits } = log.columns;
    const before = new Float64Array(facts.activities.length);
    let n = 0;
    for (let v = 0; v < log.variants; v++) {
      for (let c = log.firstCase[v]; c < log.firstCase[v + 1]; c++) {
        if (!mask[c] || !(flags[c] & IN_PHASES)) continue;
        n++;
        const wait = firstWait(log, v, c) - 1;
        const event = log.firstEvent[v];
        for (let j = 1; j < lengths[v]; j++) before[path[event + j]] += days[waits[wait + j]];
      }
    }
    const parts = facts.phases.map(({ code }) => ({ phase: code, days: 0, us: 0, customer: 0, system: 0, unknown: 0 }));
    facts.activities.forEach(({ phase, waitedFor }, a) => {
      const mean = n ? before[a] / n : 0;
      parts[phase].days += mean;
      parts[phase][waitedFor] += mean;
    });
    return { population: facts.population, n, mean: parts.reduce((sum, part) => sum + part.days, 0), parts };
  }

  // ---- KPIs -------------------------------------------------------------------------------------------------------

  function kpis(log, mask) {
    return log.facts.kpis.map((kpi, k) => kpiFigures(log, mask, kpi, log.facts.whole.kpis[k]));
  }

  // Value of all months, of each month, of the last 12 complete months and of the 12 before them.
  function kpiFigures(log, mask, kpi, whole) {
    const months = log.facts.months.length;
    const year = new Int32Array(months);
    for (let month = 0; month < months; month++) {
      const ago = log.facts.lastMonth - month;
      year[month] = ago >= 0 && ago < 12 ? months + 1 : ago >= 12 && ago < 24 ? months + 2 : -1;
    }
    const members = membersOf(log, mask, kpi);
    const [groups, places] = repeated(members.count, (at, add) => {
      const month = members.months[at];
      add(0);
      add(1 + month);
      if (year[month] >= 0) add(year[month]);
    });
    const figures = figuresBy(log, kpi, members, groups, places, months + 3);
    const [all, now, then] = [figures[0], figures[months + 1], figures[months + 2]];
    const hidden = whole.status === "not_recorded";
    const [changeLow, changeHigh] = change(now, then);
    return {
      ...all,
      ...(hidden ? { value: null, low: null, high: null } : {}),
      status: status(log, kpi, all, whole),
      year: { value: now.value, n: now.n, baseline: then.value, baselineN: then.n, changeLow, changeHigh },
      months: log.facts.months.map((month, m) => ({ ...figures[1 + m], month, isMature: whole.months[m].isMature })),
    };
  }

  // The selected cases of a KPI: case, month, stored days, whether it is counted in the numerator.
  function membersOf(log, mask, kpi) {
    const state = log.columns["kpi_" + kpi.code];
    const months = log.columns["kpi_month_" + kpi.code];
    const days = log.columns["kpi_days_" + kpi.code];
    const size = months.length;
    const found = { count: 0, cases: new Uint32Array(size), months: new Uint16Array(size), days: new Uint16Array(size), isCounted: new Uint8Array(size) };
    const all = log.facts.months.length;
    let at = 0;
    for (let c = 0; c < log.cases; c++) {
      if (!state[c]) continue;
      if (mask[c]) {
        found.cases[found.count] = c;
        found.months[found.count] = (log.startMonth[c] + months[at]) % all;
        if (days) found.days[found.count] = days[at];
        found.isCounted[found.count++] = state[c] === 2 ? 1 : 0;
      }
      at++;
    }
    return found;
  }

  // Up to three groups for each member: the groups, and for each of them the member.
  function repeated(count, assign) {
    const groups = new Uint32Array(3 * count);
    const places = new Uint32Array(3 * count);
    let [size, place] = [0, 0];
    const add = (group) => {
      groups[size] = group;
      places[size++] = place;
    };
    for (place = 0; place < count; place++) assign(place, add);
    return [groups.subarray(0, size), places.subarray(0, size)];
  }

  function figuresBy(log, kpi, members, groups, places, size) {
    if (kpi.form === "interval") {
      const codes = new Uint16Array(groups.length);
      for (let i = 0; i < codes.length; i++) codes[i] = members.days[places[i]];
      return quantiles(log, groups, codes, codes.length, size).map(({ n, median, p90, low, high }) => ({
        value: median, n, low, high, p90, coverage: null,
      }));
    }
    const ofValue = kpi.weight === "value";
    const [n, known, part, whole] = [new Uint32Array(size), new Uint32Array(size), new Float64Array(size), new Float64Array(size)];
    const { value } = log.columns;
    for (let i = 0; i < groups.length; i++) {
      const code = ofValue ? value[members.cases[places[i]]] : 1;
      n[groups[i]]++;
      if (!code) continue;
      const weight = ofValue ? log.worth[code] : 1;
      known[groups[i]]++;
      whole[groups[i]] += weight;
      if (members.isCounted[places[i]]) part[groups[i]] += weight;
    }
    return Array.from({ length: size }, (_, g) => {
      const share = whole[g] ? part[g] / whole[g] : null;
      const coverage = ofValue && n[g] ? known[g] / n[g] : null;
      const [low, high] = ofValue || !n[g] ? [null, null] : wilson(share, n[g]);
      const isCovered = coverage === null || coverage >= log.facts.minimumCoverage;
      return { value: isCovered ? share : null, n: n[g], low, high, p90: null, coverage };
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
    const members = membersOf(log, mask, kpi);
    const [groups, places] = repeated(members.count, (at, add) => add(codes[members.cases[at]]));
    return figuresBy(log, kpi, members, groups, places, dimension.segments.length);
  }

  // ---- variants, stages, rework -----------------------------------------------------------------------------------

  const SHOWN = 20;

  // Most cases first, then the order of the list.
  function topOf(counts, limit = SHOWN) {
    const order = [];
    counts.forEach((count, at) => count && order.push(at));
    return order.sort((a, b) => counts[b] - counts[a] || a - b).slice(0, limit);
  }

  // Median duration and value of the cases of the listed groups; groupOf[variant] is a group or -1.
  function ofGroups(log, mask, listed, groupOf) {
    const place = new Map(listed.map((group, at) => [group, at]));
    const groups = new Uint32Array(log.cases);
    const codes = new Uint16Array(log.cases);
    const value = new Float64Array(listed.length);
    let count = 0;
    for (let v = 0; v < log.variants; v++) {
      const at = place.get(groupOf ? groupOf[v] : v);
      if (at === undefined) continue;
      for (let c = log.firstCase[v]; c < log.firstCase[v + 1]; c++) {
        if (!mask[c]) continue;
        groups[count] = at;
        codes[count++] = log.durations[c];
        value[at] += log.worth[log.columns.value[c]];
      }
    }
    const times = quantiles(log, groups, codes, count, listed.length);
    return times.map(({ median }, at) => ({ median, value: value[at] }));
  }

  function paths(log, mask, chosen) {
    const counts = new Array(log.paths.length).fill(0);
    for (let v = 0; v < log.variants; v++) if (log.pathOf[v] >= 0) counts[log.pathOf[v]] += chosen[v];
    const listed = topOf(counts);
    const more = ofGroups(log, mask, listed, log.pathOf);
    const occurs = listed.map(() => new Float64Array(log.activities)); // occurrences of each activity
    const place = new Map(listed.map((p, at) => [p, at]));
    for (let v = 0; v < log.variants; v++) {
      const sums = chosen[v] ? occurs[place.get(log.pathOf[v])] : undefined;
      if (sums) for (let e = log.firstEvent[v]; e < log.firstEvent[v + 1]; e++) sums[log.path[e]] += chosen[v];
    }
    return {
      count: counts.filter(Boolean).length,
      cases: counts.reduce((sum, count) => sum + count, 0),
      for80: coverage(counts, 0.8, chosen),
      top: listed.map((p, at) => ({
        steps: log.paths[p].map((activity, s) => ({
          activity,
          mean: occurs[at][activity] / counts[p],
          isOut: s > 0 && log.facts.activities[activity].rank < log.facts.activities[log.paths[p][s - 1]].rank,
        })),
        cases: counts[p],
        ...more[at],
      })),
    };
  }

  // Number of the most frequent groups that hold a share of all selected cases; all groups if they hold less.
  function coverage(counts, share, chosen) {
    const sorted = counts.filter(Boolean).sort((a, b) => b - a);
    const enough = share * chosen.reduce((sum, count) => sum + count, 0);
    let [number, sum] = [0, 0];
    while (number < sorted.length && sum < enough - 1e-9) sum += sorted[number++];
    return number;
  }

  function variants(log, mask, chosen) {
    const counts = Array.from(chosen);
    const listed = topOf(counts);
    const more = ofGroups(log, mask, listed, null);
    return {
      count: counts.filter(Boolean).length,
      for80: coverage(counts, 0.8, chosen),
      top: listed.map((v, at) => ({
        number: v + 1,
        steps: Array.from(log.path.subarray(log.firstEvent[v], log.firstEvent[v + 1])),
        cases: counts[v],
        ...more[at],
      })),
    };
  }

  const SIDES = ["wentOn", "dropped", "wentBack", "open"];

  // Cases per stage by the exit of their last visit, days of ended visits, and what waits longest.
  function stages(log, mask) {
    const { facts, columns, visitDays } = log;
    const side = Uint8Array.from(facts.exits, (exit) =>
      ["next", "skipped", "won"].includes(exit) ? 0 : ["lost", "no_sale", "disqualified"].includes(exit) ? 1 : ["back", "reopened"].includes(exit) ? 2 : 3
    );
    const [stalled, back] = [facts.exits.indexOf("stalled"), facts.exits.indexOf("back")];
    const size = facts.stages.length;
    const cases = new Uint32Array(4 * size);
    const [returns, stalls] = [new Uint32Array(size), new Uint32Array(size)];
    const [openValue, stalledValue] = [new Float64Array(size), new Float64Array(size)];
    const [oldest, oldestCode] = [new Int32Array(size).fill(-1), new Int32Array(size).fill(-1)];
    const lastExit = new Int16Array(size).fill(-1);
    const groups = new Uint32Array(visitDays.length);
    const codes = new Uint16Array(visitDays.length);
    let count = 0;
    for (let c = 0; c < log.cases; c++) {
      if (!mask[c]) continue;
      const [from, to] = [log.firstVisit[c], log.firstVisit[c + 1]];
      for (let v = from; v < to; v++) {
        const [stage, exit] = [columns.visit_stage[v], columns.visit_exit[v]];
        lastExit[stage] = exit;
        if (exit === back) returns[stage]++;
        if (side[exit] < 3) {
          groups[count] = stage;
          codes[count++] = visitDays[v];
        } else if (visitDays[v] > oldestCode[stage] || (visitDays[v] === oldestCode[stage] && log.idOf(c) < log.idOf(oldest[stage]))) {
          oldestCode[stage] = visitDays[v];
          oldest[stage] = c;
        }
      }
      for (let v = from; v < to; v++) {
        const stage = columns.visit_stage[v];
        const exit = lastExit[stage];
        if (exit < 0) continue;
        lastExit[stage] = -1;
        cases[4 * stage + side[exit]]++;
        if (side[exit] < 3) continue;
        openValue[stage] += log.worth[columns.value[c]];
        if (exit !== stalled) continue;
        stalls[stage]++;
        stalledValue[stage] += log.worth[columns.value[c]];
      }
    }
    return quantiles(log, groups, codes, count, size).map(({ median, p90 }, stage) => {
      const split = cases.subarray(4 * stage, 4 * stage + 4);
      return {
        entered: split[0] + split[1] + split[2] + split[3],
        ...Object.fromEntries(SIDES.map((name, at) => [name, split[at]])),
        stalled: stalls[stage], returns: returns[stage], median, p90,
        openValue: openValue[stage], stalledValue: stalledValue[stage],
        oldestDays: oldest[stage] < 0 ? null : log.days[oldestCode[stage]],
        oldestCase: oldest[stage] < 0 ? null : log.idOf(oldest[stage]),
      };
    });
  }

  // Repeats of each activity: directly after itself, or later.
  function rework(log, mask, chosen) {
    const of = log.facts.activities.map((_activity, activity) => ({ activity, loops: 0, repeats: 0, cases: 0, value: 0 }));
    const seen = new Int32Array(of.length).fill(-1);
    for (let v = 0; v < log.variants; v++) {
      const [from, to] = [log.firstRepeat[v], log.firstRepeat[v + 1]];
      if (!chosen[v] || from === to) continue;
      let worth = 0;
      for (let c = log.firstCase[v]; c < log.firstCase[v + 1]; c++) if (mask[c]) worth += log.worth[log.columns.value[c]];
      for (let r = from; r < to; r += 2) {
        const [i, j] = [log.repeatPairs[r], log.repeatPairs[r + 1]];
        const sum = of[log.path[log.firstEvent[v] + j]];
        if (j === i + 1) sum.loops += chosen[v];
        else sum.repeats += chosen[v];
        if (seen[sum.activity] === v) continue;
        seen[sum.activity] = v;
        sum.cases += chosen[v];
        sum.value += worth;
      }
    }
    return of.filter((sum) => sum.loops + sum.repeats);
  }

  // Days between each occurrence of an activity and the one before it in the case, by activity.
  function extraDays(log, mask, chosen) {
    const extra = new Float64Array(log.activities);
    const { waits } = log.columns;
    for (let v = 0; log.hasWaits && v < log.variants; v++) {
      if (!chosen[v]) continue;
      for (let r = log.firstRepeat[v]; r < log.firstRepeat[v + 1]; r += 2) {
        const [i, j] = [log.repeatPairs[r], log.repeatPairs[r + 1]];
        const activity = log.path[log.firstEvent[v] + j];
        for (let c = log.firstCase[v]; c < log.firstCase[v + 1]; c++) {
          if (!mask[c]) continue;
          const first = firstWait(log, v, c);
          for (let k = i; k < j; k++) extra[activity] += log.days[waits[first + k]];
        }
      }
    }
    return Array.from(extra);
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
    const rank = (c) => (flags[c] & STALLED ? 131072 : isOpen(log, c) ? 65536 : 0) + value[c];
    const isBefore = (a, b) => rank(a) > rank(b) || (rank(a) === rank(b) && log.idOf(a) < log.idOf(b));
    const first = [];
    for (let c = 0; c < log.cases; c++) {
      if (!mask[c] || (first.length === LISTED && !isBefore(c, first[LISTED - 1]))) continue;
      let at = first.length;
      while (at && isBefore(c, first[at - 1])) at--;
      first.splice(at, 0, c);
      if (first.length > LISTED) first.pop();
    }
    return first.map((c) => listed(log, c));
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
      // Days from the start to the as-of moment of an open case, whole days.
      age: isOpen(log, c) ? dayNumber(log.facts.asOf) - log.facts.firstDay - log.columns.start[c] : null,
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
    medianRanks, deals, starts, lazily,
  };
})();
