// The other pictures of the page, each a pure function: figures in, SVG text out. One grammar per question.
"use strict";

const Charts = (() => {
  const { escape, say, days, percent, whole, money, month, kpi: inUnit, width, fit, n1 } = Format;

  function svg(kind, w, h, alt, parts, live = false) {
    const role = live ? "group" : "img";
    return (
      `<svg class="chart ${kind}" viewBox="0 0 ${w} ${Math.ceil(h)}" width="${w}" height="${Math.ceil(h)}" role="${role}"` +
      ` aria-label="${escape(alt)}">${parts.join("")}</svg>`
    );
  }

  const label = (kind, x, y, text) => `<text class="${kind}" x="${n1(x)}" y="${n1(y)}">${escape(text)}</text>`;
  const rect = (kind, x, y, w, h, more = "") =>
    `<rect class="${kind}" x="${n1(x)}" y="${n1(y)}" width="${n1(Math.max(0, w))}" height="${n1(h)}"${more}/>`;

  // ---- time ribbon --------------------------------------------------------------------------------------------------

  // Mean days per phase; the two longest are hot. Under it who was waited for: dark = us, pale = the customer.
  function ribbon(facts, phases, shape) {
    const w = shape === "wide" ? 1048 : 358;
    const parts = phases.parts.map((part, p) => ({ ...part, label: facts.phases[p].label })).filter((part) => part.days > 0);
    const hot = [...parts].sort((a, b) => b.days - a.days).slice(0, 2);
    const gap = 2;
    const scale = (w - gap * (parts.length - 1)) / (phases.mean || 1);
    const drawn = [];
    let x = 0;
    for (const part of parts) {
      const wide = part.days * scale;
      const isHot = hot.includes(part);
      if (width(part.label, 11.5) < wide + (isHot ? 40 : 0)) drawn.push(label(isHot ? "head strong bad" : "head", x, 12, part.label));
      drawn.push(rect(isHot ? "fill hot" : "fill ok2", x, 20, wide, 31));
      const figure = days(part.days);
      if (width(figure, 12.5) + 10 < wide) drawn.push(label(`cell strong${isHot ? " onhot" : ""}`, x + 6, 40, figure));
      let under = x;
      for (const [name, kind] of [["us", "us"], ["system", "us"], ["customer", "customer"], ["unknown", "unknown"]]) {
        drawn.push(rect(`fill ${kind}`, under, 53, part[name] * scale, 5));
        under += part[name] * scale;
      }
      if (isHot && shape === "wide") {
        const words = say("ribbon.part", {
          share: percent(part.days / phases.mean), us: days(part.us + part.system), customer: days(part.customer),
        });
        const at = Math.min(x, w - width(words, 11.5));
        drawn.push(label("head", at, 74, words));
      }
      x += wide + gap;
    }
    return svg(`ribbon ${shape}`, w, shape === "wide" ? 80 : 60, say("ribbon.alt"), drawn);
  }

  // Cases by month of their start; in the page a drag over the months is a period.
  function starts(facts, counts, whole_, live) {
    const [w, h] = [1048, 54];
    if (facts.months.length < 2) return "";
    const most = Math.max(1, ...whole_);
    const wide = w / facts.months.length;
    const every = Math.ceil(46 / wide);
    const drawn = [label("head", 0, 10, say("glance.starts"))];
    facts.months.forEach((each, at) => {
      const all = (24 * whole_[at]) / most;
      const now = (24 * counts[at]) / most;
      const words = `${month(each)}: ${whole(counts[at])}`;
      drawn.push(`<g data-start="${each}"><title>${escape(words)}</title>${rect("fill s2", at * wide + 1, 40 - all, wide - 2, all)}${rect("fill ok", at * wide + 1, 40 - now, wide - 2, now)}${live ? rect("hit", at * wide, 12, wide, 30) : ""}</g>`);
      if (at % every === 0) drawn.push(label("head", at * wide + 1, 52, each.slice(2).replace("-", "/")));
    });
    return svg("starts", w, h, say("glance.starts.alt"), drawn, live);
  }

  // ---- KPI cards ----------------------------------------------------------------------------------------------------

  // The last 24 months with the value of all months as a line; months that are not mature are hollow.
  function sparkline(kpi) {
    const [w, h] = [180, 34];
    const shown = kpi.months.slice(-24);
    const known = shown.map((each, at) => ({ ...each, at })).filter((each) => each.value !== null && each.n > 0);
    if (known.length < 2) return "";
    const values = [...known.map((each) => each.value), kpi.value ?? known[0].value];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const x = (at) => 4 + ((w - 8) * at) / Math.max(1, shown.length - 1);
    const y = (value) => h - 5 - ((h - 10) * (value - low)) / (high - low || 1);
    const base = kpi.value === null ? "" : `<path class="line rule" d="M0 ${n1(y(kpi.value))}H${w}"/>`;
    const line = known.map((each, k) => `${k ? "L" : "M"}${n1(x(each.at))} ${n1(y(each.value))}`).join("");
    const dots = known
      .filter((each, k) => !each.isMature || k === known.length - 1)
      .map((each) => `<circle class="${each.isMature ? "fill acc" : "hollow"}" cx="${n1(x(each.at))}" cy="${n1(y(each.value))}" r="2.8"/>`)
      .join("");
    return svg("spark", w, h, say("spark.alt", { n: known.length }), [base, `<path class="line acc2" d="${line}"/>`, dots]);
  }

  // ---- milestone chevrons -------------------------------------------------------------------------------------------

  // Each milestone in its fixed column: what was skipped is a gap.
  // `rest`: {name, shareOf(steps)} of what the selection is compared with.
  function chevrons(facts, paths, total, live, chosen, rest = null) {
    const columns = facts.activities.map((activity, a) => ({ ...activity, a })).filter((activity) => activity.isMilestone);
    const [left, right, w, height] = [196, rest ? 124 : 70, 1048, 32];
    const pitch = Math.min(46, (w - left - right) / Math.max(1, columns.length));
    const place = new Map(columns.map((activity, at) => [activity.a, left + at * pitch]));
    const drawn = [
      label("head end", 36, 14, say("variants.cases")),
      label("head", 46, 14, say("variants.share")),
      label("head", left, 14, say("variants.columns")),
      label("head end", w - 4, 14, say("variants.median")),
      rest ? label("head end", w - 58, 14, say("variants.rest", { rest: rest.name })) : "",
    ];
    let sum = 0;
    paths.top.forEach((path, at) => {
      const y = 22 + at * height;
      const before = sum;
      sum += path.cases;
      const key = path.steps.map((step) => step.activity).join(" ");
      const state = chosen && chosen.has(`path ${key}`) ? "true" : "false";
      const open = live ? `<g class="row" data-path="${key}" role="button" tabindex="${at ? -1 : 0}" aria-pressed="${state}">` : `<g class="row">`;
      const names = path.steps.map((step) => facts.activities[step.activity].label).join(" → ");
      const cells = [
        `<title>${escape(names)}</title>`,
        at % 2 ? "" : rect("s1", 0, y, w, height),
        rect("hover", 0, y, w, height),
        label("cell end strong", 36, y + 20, whole(path.cases)),
        rect("fill s2", 46, y + 12, 90, 8),
        rect("fill acc", 46 + (90 * before) / (total || 1), y + 12, (90 * path.cases) / (total || 1), 8),
        label("cell end mut", 184, y + 20, percent(sum / (total || 1))),
        label("cell end", w - 4, y + 20, days(path.median)),
        rest ? label("cell end mut", w - 58, y + 20, rest.shareOf(path)) : "",
        ...chevronRow(facts, path, place, pitch, y + 6),
      ];
      drawn.push(open + cells.join("") + "</g>");
    });
    return svg("chevrons", w, 26 + paths.top.length * height, say("variants.alt", { n: paths.top.length }), drawn, live);
  }

  function chevronRow(facts, path, place, pitch, y) {
    const xs = path.steps.map((step) => place.get(step.activity));
    const drawn = [`<path class="line rule" d="M${n1(Math.min(...xs) + 4)} ${y + 9.5}H${n1(Math.max(...xs) + 8)}"/>`];
    for (const step of path.steps) {
      const activity = facts.activities[step.activity];
      const x = place.get(step.activity);
      const w = pitch - 2;
      const shape = `M${n1(x)} ${y}h${n1(w - 5)}l5 9.5l-5 9.5h${n1(5 - w)}l5 -9.5Z`;
      const kind = activity.track === "exit" ? "exit" : "p" + (activity.phase % 8);
      drawn.push(`<path class="chevron ${kind}${step.isOut ? " out" : ""}" d="${shape}"/>`);
      drawn.push(label("onchevron", x + w / 2 + 1, y + 13.5, fit(activity.short, 11, w - 8)));
      if (step.mean >= 1.5) {
        drawn.push(`<circle class="badge" cx="${n1(x + w - 4)}" cy="${y}" r="6"/>`);
        drawn.push(label("badge small", x + w - 4, y + 3.2, whole(step.mean)));
      }
    }
    return drawn;
  }

  // A path of all activities, for the second level: colours are phases, words are short or cut.
  function exactPath(facts, variant) {
    const [w, height] = [760, 24];
    const pitch = Math.min(46, (w - 4) / Math.max(1, Math.min(variant.steps.length, 40)));
    const shown = variant.steps.slice(0, 40);
    const drawn = shown.map((a, at) => {
      const activity = facts.activities[a];
      const [x, wide] = [at * pitch, pitch - 1.5];
      const kind = activity.track === "exit" ? "exit" : "p" + (activity.phase % 8);
      const word = activity.short || activity.label;
      const text = pitch > 30 ? label("onchevron", x + wide / 2 + 1, 15.5, fit(word, 11, wide - 8)) : "";
      return `<g><title>${escape(activity.label)}</title><path class="chevron ${kind}" d="M${n1(x)} 2h${n1(wide - 4)}l4 9.5l-4 9.5h${n1(4 - wide)}l4 -9.5Z"/>${text}</g>`;
    });
    const names = variant.steps.map((a) => facts.activities[a].label).join(" → ");
    return svg("exact", Math.ceil(shown.length * pitch) + 2, height, names, drawn);
  }

  // ---- stage funnel -------------------------------------------------------------------------------------------------

  // Entered = went on + dropped + went back + still there (stalled ones hot); then returns, dwell, oldest open deal.
  // `rest`: {name, stages} of what the selection is compared with.
  function funnel(facts, stages, rest = null) {
    const [w, height, left, space] = [1048, 58, 118, 430];
    const most = Math.max(1, ...stages.map((stage) => stage.entered));
    const longest = Math.max(1, ...stages.flatMap((stage) => [stage.p90 || 0, stage.oldestDays || 0]));
    const scale = (value) => 690 + (330 * Math.log1p(value)) / Math.log1p(longest);
    const drawn = [
      label("head", left, 14, say("stages.entered")),
      label("head end", 640, 14, say("stages.returns")),
      label("head", 690, 14, say("stages.dwell")),
    ];
    stages.forEach((stage, at) => {
      const y = 24 + at * height;
      if (at) drawn.push(`<path class="line rule" d="M0 ${y}H${w}"/>`);
      const named = facts.stages[at].label;
      drawn.push(`<g><title>${escape(named)}</title>${label("cell end strong iso", left - 14, y + 24, fit(named, 13, left - 18))}</g>`);
      const other = rest && rest.stages[stage.at];
      const onward = (of) => percent(of.entered ? of.wentOn / of.entered : null);
      drawn.push(label("head end", left - 14, y + 41, onward(stage) + (other ? ` / ${onward(other)}` : "")));
      let x = left;
      const waiting = stage.open - stage.stalled;
      for (const [count, kind] of [[stage.wentOn, "ok"], [stage.dropped, "ok2"], [stage.wentBack, "back"], [stage.stalled, "hot"], [waiting, "open"]]) {
        const wide = (space * count) / most;
        if (!count) continue;
        drawn.push(rect(`fill ${kind}`, x, y + 13, wide, 30));
        if (width(whole(count), 12.5) + 10 < wide) drawn.push(label(`cell strong on${kind}`, x + 6, y + 33, whole(count)));
        x += wide;
      }
      if (stage.returns) drawn.push(label("cell end strong often", 640, y + 33, `↶ ${whole(stage.returns)}`));
      if (other && other.median !== null) drawn.push(`<circle class="hollow" cx="${n1(scale(other.median))}" cy="${y + 28}" r="6.5"><title>${escape(`${rest.name}: ${days(other.median)}`)}</title></circle>`);
      drawn.push(...dwell(facts, stage, y, scale));
    });
    return svg("funnel", w, 28 + stages.length * height, say("stages.alt", { n: stages.length }), drawn);
  }

  function dwell(facts, stage, y, scale) {
    const drawn = [];
    if (stage.median !== null && stage.median !== undefined) {
      const [a, b] = [scale(stage.median), scale(stage.p90)];
      const kind = "w" + ProcessLine.waitClass(facts, stage.median);
      drawn.push(`<path class="line ${kind} bell" d="M${n1(a)} ${y + 28}H${n1(b)}"/><circle class="fill ${kind}" cx="${n1(a)}" cy="${y + 28}" r="5"/>`);
      const words = days(stage.median);
      drawn.push(label("head mid", a, y + 17, words));
      // Above its end of the line, but not on the label of the median; the oldest open deal may stand beside it.
      const least = a + (width(words, 11.5) + width(days(stage.p90), 11.5)) / 2 + 6;
      drawn.push(label("head mid", Math.max(b, least), y + 17, days(stage.p90)));
    }
    if (stage.oldestDays !== null && stage.oldestDays !== undefined && stage.open) {
      const x = scale(stage.oldestDays);
      const words = stage.stalled ? say("stages.oldest.stalled", { days: days(stage.oldestDays), n: whole(stage.stalled) }) : days(stage.oldestDays);
      drawn.push(`<path class="fill ${stage.stalled ? "hot" : "mutfill"}" d="M${n1(x)} ${y + 22}l6 6l-6 6l-6 -6Z"/>`);
      drawn.push(label(`head strong ${stage.stalled ? "bad" : ""} end`, Math.min(1044, x + width(words, 11.5) / 2), y + 49, words));
    }
    return drawn;
  }

  // ---- trends, intervals, distributions -----------------------------------------------------------------------------

  // A KPI by month: value with interval, n as bars; months that are not mature are hollow and dotted.
  // `rest`: the same KPI of what the selection is compared with.
  function trend(kpi, figures, live, rest = null) {
    const [w, h, left, right, base] = [510, 190, 44, 8, 138];
    const months = figures.months.slice(-24);
    const known = months.map((each, at) => ({ ...each, at })).filter((each) => each.value !== null && each.n > 0);
    if (!known.length) return `<p class="mut">${escape(say("time.none"))}</p>`;
    const others = rest ? rest.months.slice(-24).map((each, at) => ({ ...each, at })).filter((each) => each.value !== null && each.n > 0) : [];
    const tops = [...known.flatMap((each) => [each.value, each.high ?? each.value]), ...others.map((each) => each.value)];
    const [low, high] = [0, Math.max(...tops, kpi.target ?? 0) || 1];
    const x = (at) => left + ((w - left - right) * (at + 0.5)) / months.length;
    const y = (value) => base - ((base - 12) * (Math.min(value, high) - low)) / (high - low);
    const drawn = [];
    for (const tick of ticks(high)) {
      drawn.push(`<path class="line rule" d="M${left} ${n1(y(tick))}H${w - right}"/>`);
      drawn.push(label("head end", left - 6, y(tick) + 4, kpi.unit === "ratio" ? percent(tick) : whole(tick)));
    }
    if (kpi.target !== null) {
      drawn.push(`<path class="line target" d="M${left} ${n1(y(kpi.target))}H${w - right}"/>`);
    }
    const most = Math.max(...known.map((each) => each.n));
    if (others.length > 1) drawn.push(`<path class="line other" d="${others.map((each, k) => `${k ? "L" : "M"}${n1(x(each.at))} ${n1(y(each.value))}`).join("")}"/>`);
    drawn.push(`<path class="line acc2" d="${known.map((each, k) => `${k ? "L" : "M"}${n1(x(each.at))} ${n1(y(each.value))}`).join("")}"/>`);
    for (const each of known) {
      const words = `${month(each.month)} ${inUnit(each.value, kpi.unit)}, n = ${whole(each.n)}`;
      const bar = each.low === null || each.low === undefined ? "" : `<path class="line acc2 ${each.isMature ? "" : "dotted"}" d="M${n1(x(each.at))} ${n1(y(each.low))}V${n1(y(each.high))}"/>`;
      const dot = `<circle class="${each.isMature ? "fill acc" : "hollow"}" cx="${n1(x(each.at))}" cy="${n1(y(each.value))}" r="3.4"/>`;
      const n = rect("fill ok2", x(each.at) - 4, 162 - (16 * each.n) / most, 8, (16 * each.n) / most);
      const hit = live ? rect("hit", x(each.at) - 9, 4, 18, 160) : "";
      drawn.push(`<g${live ? ` data-month="${each.month}"` : ""}><title>${escape(words)}</title>${bar}${dot}${n}${hit}</g>`);
    }
    drawn.push(label("head end", left - 6, 162, "n"));
    const step = Math.ceil(months.length / 6);
    months.forEach((each, at) => {
      if (at % step === 0) drawn.push(label("head mid", x(at), 180, each.month.slice(2).replace("-", "/")));
    });
    return svg("trend", w, h, say("time.alt", { kpi: kpi.label }), drawn, live);
  }

  // Round ticks from 0 to at most `high`.
  function ticks(high) {
    const rough = high / 4;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough);
    const found = [];
    for (let k = 0; k * step <= high * 1.0001; k++) found.push(k * step);
    return found;
  }

  // A KPI per segment as dot and whisker; grey when the interval meets the value of all, pale below the minimum.
  function forest(facts, kpi, all, rows, live) {
    const [w, height, left, right] = [1048, 30, 250, 320];
    const shown = rows.filter((row) => row.n > 0 && row.value !== null);
    if (!shown.length) return `<p class="mut">${escape(say("segments.none"))}</p>`;
    const tops = shown.flatMap((row) => [row.value, row.n >= 20 ? (row.high ?? row.value) : row.value]);
    const high = kpi.unit === "ratio" ? 1 : Math.max(...tops, all.value || 0) * 1.05 || 1;
    const x = (value) => left + ((w - left - right) * Math.min(value, high)) / high;
    const drawn = [];
    const end = 26 + shown.length * height;
    for (const tick of ticks(high)) {
      drawn.push(`<path class="line rule" d="M${n1(x(tick))} 22V${end}"/>`);
      drawn.push(label("head mid", x(tick), end + 16, kpi.unit === "ratio" ? percent(tick) : whole(tick)));
    }
    if (all.value !== null) {
      drawn.push(`<path class="line ink" d="M${n1(x(all.value))} 20V${end}"/>`);
      drawn.push(label("head mid strong", x(all.value), 14, say(all.isSelected ? "segments.selected" : "segments.all", { value: inUnit(all.value, kpi.unit) })));
    }
    shown.forEach((row, at) => {
      const y = 26 + (at + 0.5) * height;
      const isSmall = row.n < 20;
      const kind = isSmall ? "small" : segmentVerdict(kpi, all, row);
      const whisker = row.low === null || row.low === undefined ? "" : `<path class="line ${kind} bell" d="M${n1(x(row.low))} ${n1(y)}H${n1(x(row.high))}"/>`;
      const named = fit(row.label, 13, left - 24);
      const open = live ? `<g class="row" data-segment="${row.at}" role="button" tabindex="${at ? -1 : 0}" aria-pressed="${row.isChosen}">` : `<g class="row">`;
      drawn.push(
        open +
          `<title>${escape(row.label)}</title>${rect("hover", 0, y - height / 2, w, height)}` +
          label(`cell end iso ${isSmall ? "mut" : ""}`, left - 16, y + 4, named) + whisker +
          (row.rest && row.rest.value !== null && row.rest.n ? `<circle class="hollow" cx="${n1(x(row.rest.value))}" cy="${n1(y)}" r="6.5"/>` : "") +
          `<circle class="${isSmall ? "hollow" : `fill ${kind}`}" cx="${n1(x(row.value))}" cy="${n1(y)}" r="4.6"/>` +
          label(`cell end ${isSmall ? "mut" : ""}`, w - 250, y + 4, inUnit(row.value, kpi.unit)) +
          label("cell end mut", w - 136, y + 4, `n = ${whole(row.n)} (${percent(row.n / Math.max(1, all.n))})`) +
          label(`cell end ${isSmall ? "mut" : kind}`, w - 4, y + 4, say(`segments.${isSmall ? "few" : kind}`)) +
          "</g>"
      );
    });
    const wide = svg("forest wide", w, end + 22, say("segments.alt", { kpi: kpi.label }), drawn, live);
    return wide + forestNarrow(facts, kpi, all, rows, live);
  }

  // The same on a phone: name and figures above, the interval below, in the width of the screen.
  function forestNarrow(facts, kpi, all, rows, live) {
    const [w, height] = [358, 44];
    const shown = rows.filter((row) => row.n > 0 && row.value !== null);
    const tops = shown.flatMap((row) => [row.value, row.n >= 20 ? (row.high ?? row.value) : row.value]);
    const high = kpi.unit === "ratio" ? 1 : Math.max(...tops, all.value || 0) * 1.05 || 1;
    const x = (value) => 4 + ((w - 8) * Math.min(value, high)) / high;
    const end = shown.length * height;
    const drawn = all.value === null ? [] : [`<path class="line ink" d="M${n1(x(all.value))} 0V${end}"/>`];
    shown.forEach((row, at) => {
      const y = at * height;
      const kind = row.n < 20 ? "small" : segmentVerdict(kpi, all, row);
      const words = `${inUnit(row.value, kpi.unit)} · n = ${whole(row.n)}`;
      const open = live ? `<g class="row" data-segment="${row.at}" role="button" tabindex="${at ? -1 : 0}" aria-pressed="${row.isChosen}">` : `<g class="row">`;
      const whisker = row.low === null || row.low === undefined ? "" : `<path class="line ${kind} bell" d="M${n1(x(row.low))} ${y + 31}H${n1(x(row.high))}"/>`;
      drawn.push(
        `${open}<title>${escape(row.label)}</title>${rect("hover", 0, y, w, height)}` +
          label(`cell iso ${row.n < 20 ? "mut" : ""}`, 0, y + 16, fit(row.label, 12.5, w - width(words, 12.5) - 16)) +
          label(`cell end ${row.n < 20 ? "mut" : kind}`, w, y + 16, words) + whisker +
          `<circle class="${row.n < 20 ? "hollow" : `fill ${kind}`}" cx="${n1(x(row.value))}" cy="${y + 31}" r="4.6"/></g>`
      );
    });
    return svg("forest narrow", w, Math.max(end, 1), say("segments.alt", { kpi: kpi.label }), drawn, live);
  }

  // "good", "bad" or "und" (undecided): whether the interval of a segment clears the value of all.
  function segmentVerdict(kpi, all, row) {
    if (row.low === null || row.low === undefined || all.value === null) return "und";
    const isHigher = row.low > all.value;
    const isLower = row.high < all.value;
    if (!isHigher && !isLower) return "und";
    return isHigher === (kpi.direction === "up") ? "good" : "bad";
  }

  // Distribution of the days of one step: equal bins, the last one collects the rest.
  function distribution(times, median, p90) {
    const [w, h, left, base] = [510, 190, 44, 150];
    if (!times.length) return "";
    const sorted = [...times].sort((a, b) => a - b);
    const far = sorted[Math.floor(0.97 * (sorted.length - 1))] || 1;
    const bin = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 7, 14, 30, 60, 120, 365].find((each) => far / each <= 24) || far / 24;
    const bins = Math.max(1, Math.ceil(far / bin)) + 1;
    const counts = new Array(bins).fill(0);
    for (const each of sorted) counts[Math.min(bins - 1, Math.floor(each / bin))]++;
    const most = Math.max(...counts);
    const x = (value) => left + ((w - left - 8) * value) / (bins * bin);
    const drawn = [];
    for (const tick of ticks(most)) {
      const y = base - ((base - 26) * tick) / most;
      drawn.push(`<path class="line rule" d="M${left} ${n1(y)}H${w - 8}"/>`, label("head end", left - 6, y + 4, whole(tick)));
    }
    counts.forEach((count, at) => {
      const tall = ((base - 26) * count) / most;
      drawn.push(rect("fill ok", x(at * bin) + 0.5, base - tall, x(bin) - left - 1, tall));
    });
    const nearby = Math.abs(x(p90) - x(median)) < 90;
    for (const [value, key, y] of [[median, "time.median", 12], [p90, "time.p90", nearby ? 24 : 12]]) {
      if (value === null || value === undefined) continue;
      const at = Math.min(x(value), w - 8);
      drawn.push(`<path class="line ink" d="M${n1(at)} ${y + 4}V${base}"/>`);
      drawn.push(label(`head strong ${at > w - 110 ? "end" : ""}`, at + (at > w - 110 ? -4 : 4), y, say(key, { days: days(value) })));
    }
    for (let at = 0; at < bins; at += Math.ceil(bins / 6))
      drawn.push(label("head mid", x(at * bin), base + 18, bin < 1 ? String(Math.round(at * bin * 100) / 100) : whole(at * bin)));
    drawn.push(label("head end", w - 8, base + 34, say("days.unit.long")));
    return svg("distribution", w, h, say("time.distribution.alt"), drawn);
  }

  // ---- one deal -----------------------------------------------------------------------------------------------------

  // Lanes are the phases it touched, x is days since the start; the three longest waits are bracketed.
  function timeline(facts, deal) {
    const [w, left, right, height] = [1048, 86, 26, 26];
    const phases = [...new Set(deal.events.map((event) => facts.activities[event.activity].phase))].sort((a, b) => a - b);
    const lane = new Map(phases.map((phase, at) => [phase, 30 + (at + 0.5) * height]));
    const bottom = 30 + phases.length * height;
    const last = deal.events[deal.events.length - 1];
    const total = Math.max(last.day, deal.age || 0, 1e-6);
    const x = (day) => left + ((w - left - right) * day) / total;
    const drawn = [];
    phases.forEach((phase, at) => {
      if (!(at % 2)) drawn.push(rect("s1", 0, 30 + at * height, w, height));
      drawn.push(label("head iso", 8, lane.get(phase) + 4, fit(facts.phases[phase].label, 11.5, left - 14)));
    });
    for (const tick of ticks(total)) {
      drawn.push(`<path class="line rule" d="M${n1(x(tick))} 24V${bottom}"/>`);
      drawn.push(label("head mid", x(tick), 14, total < 4 ? say("days.short", { n: Format.decimal(tick, 1) }) : days(tick) === Format.NONE ? "" : say("days.short", { n: whole(tick) })));
    }
    deal.events.forEach((event, at) => {
      if (!at) return;
      const before = deal.events[at - 1];
      const [x0, x1] = [x(before.day), x(event.day)];
      const [y0, y1] = [lane.get(facts.activities[before.activity].phase), lane.get(facts.activities[event.activity].phase)];
      const kind = "w" + ProcessLine.waitClass(facts, event.wait);
      const bend = Math.min(6, x1 - x0, Math.abs(y1 - y0) / 2);
      const sign = y1 > y0 ? 1 : -1;
      const path = y0 === y1 ? `M${n1(x0)} ${y0}H${n1(x1)}` : `M${n1(x0)} ${y0}H${n1(x1 - bend)}Q${n1(x1)} ${y0} ${n1(x1)} ${n1(y0 + sign * bend)}V${y1}`;
      drawn.push(`<path class="line ${kind} bell" d="${path}"/>`);
    });
    // An open case still waits: dotted up to the as-of moment.
    if (deal.age > last.day + 0.5) {
      const y = lane.get(facts.activities[last.activity].phase);
      const words = say("cases.waiting", { n: whole(deal.age - last.day) });
      drawn.push(`<path class="line ink dotted bell" d="M${n1(x(last.day))} ${y}H${n1(x(deal.age))}"/>`);
      if (width(words, 11.5) + 16 < x(deal.age) - x(last.day)) drawn.push(label("head mid", (x(last.day) + x(deal.age)) / 2, y - 6, words));
    }
    deal.events.forEach((event, at) => {
      const activity = facts.activities[event.activity];
      const words = `${activity.label}, ${say("days.short", { n: Format.decimal(event.day, 1) })}`;
      drawn.push(`<circle class="node ${activity.track}" cx="${n1(x(event.day))}" cy="${lane.get(activity.phase)}" r="4.4"><title>${escape(at + 1 + ". " + words)}</title></circle>`);
    });
    const brackets = longWaits(facts, deal, x, bottom, w);
    return svg("timeline", w, bottom + 18 + brackets.rows * 15, say("cases.alt", { n: deal.events.length }), [...drawn, ...brackets.drawn]);
  }

  function longWaits(facts, deal, x, bottom, w) {
    const waits = deal.events.map((event, at) => ({ ...event, at })).filter((event) => event.at && event.wait >= 1);
    const longest = waits.sort((a, b) => b.wait - a.wait || a.at - b.at).slice(0, 3).sort((a, b) => a.at - b.at);
    const drawn = [];
    const taken = [];
    for (const event of longest) {
      const before = deal.events[event.at - 1];
      const [x0, x1] = [x(before.day), x(event.day)];
      const names = `${facts.activities[before.activity].label} → ${facts.activities[event.activity].label}`;
      const words = `${days(event.wait)} ${names}`;
      const wide = width(words, 11.5);
      const at = Math.max(4, Math.min((x0 + x1) / 2 - wide / 2, w - wide - 4));
      let row = 0;
      while (taken.some((other) => other.row === row && other.at < at + wide + 10 && at < other.end + 10)) row++;
      taken.push({ row, at, end: at + wide });
      drawn.push(`<path class="line ink" d="M${n1(x0)} ${bottom + 6}v4H${n1(x1)}v-4"/>`);
      drawn.push(`<text class="head iso" x="${n1(at)}" y="${bottom + 24 + row * 15}"><tspan class="strong bad">${escape(days(event.wait))}</tspan> ${escape(names)}</text>`);
    }
    return { drawn, rows: taken.length ? 1 + Math.max(...taken.map((each) => each.row)) : 0 };
  }

  return { ribbon, starts, sparkline, chevrons, exactPath, funnel, trend, forest, segmentVerdict, distribution, timeline, ticks, money };
})();
