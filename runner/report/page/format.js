// Words and figures of the page, without Intl: an engine without it would lose the separators, and the build and the
// reader's browser must write the same bytes.
"use strict";

const Format = (() => {
  let texts = {};
  let isJapanese = false;
  let currency = "JPY";

  function use(facts) {
    ({ texts, currency } = facts);
    isJapanese = facts.language === "ja";
  }

  const escape = (text) =>
    String(text).replace(/[&<>"']/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[sign]);

  // The text of a key with its {values} filled in; `key.one` if values.n is 1 and the language has that form.
  function say(key, values = {}) {
    const one = values.n === 1 || values.n === "1" ? texts[key + ".one"] : undefined;
    const text = one || texts[key];
    if (text === undefined) throw new Error(`no text for ${key}`);
    return text.replace(/\{(\w+)\}/g, (_found, name) => {
      if (values[name] === undefined) throw new Error(`no value {${name}} for ${key}`);
      return values[name];
    });
  }

  // A name from the data within a sentence: its direction must not change that of the sentence.
  const name = (text) => `<bdi>${escape(text)}</bdi>`;

  function whole(number) {
    const digits = String(Math.round(Math.abs(number)));
    return (number <= -0.5 ? "−" : "") + digits.replace(/\B(?=(\d{3})+$)/g, ",");
  }

  // Half away from zero, as spreadsheets round, on the decimal form: 1.005 is 1.01.
  function decimal(number, places) {
    const scaled = Math.round(Number(`${Math.abs(number)}e${places}`) || Math.abs(number) * 10 ** places);
    const digits = String(scaled).padStart(places + 1, "0");
    const text = places
      ? `${whole(Number(digits.slice(0, -places)))}.${digits.slice(-places)}`
      : whole(scaled);
    return (number < 0 && scaled ? "−" : "") + text;
  }

  const NONE = "–";

  function days(number) {
    if (number === null || number === undefined) return NONE;
    if (number > 0 && number < 0.5) return say("days.under");
    return say("days.short", { n: whole(number) });
  }

  function percent(share, places = 0) {
    if (share === null || share === undefined) return NONE;
    return decimal(100 * share, places) + (isJapanese ? "%" : " %");
  }

  const SIGNS = { JPY: "¥", USD: "$", EUR: "€", GBP: "£" };

  function money(amount) {
    if (amount === null || amount === undefined) return NONE;
    const sign = amount < 0 ? "−" : "";
    const size = Math.abs(amount);
    if (isJapanese) {
      const unit = currency === "JPY" ? "円" : ` ${currency}`;
      if (size >= 9.995e7) return sign + decimal(size / 1e8, size < 9.95e8 ? 1 : 0) + "億" + unit;
      if (size >= 1e4) return sign + decimal(size / 1e4, 0) + "万" + unit;
      return sign + whole(size) + unit;
    }
    const lead = sign + (SIGNS[currency] || `${currency} `);
    if (size >= 9.995e8) return lead + decimal(size / 1e9, size < 9.95e9 ? 1 : 0) + "bn";
    if (size >= 9.995e5) return lead + decimal(size / 1e6, size < 9.95e6 ? 1 : 0) + "M";
    if (size >= 1e3) return lead + decimal(size / 1e3, 0) + "k";
    return lead + whole(size);
  }

  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

  function date(text) {
    if (!text) return NONE;
    const [year, month, day] = text.split("-").map(Number);
    return isJapanese ? `${year}年${month}月${day}日` : `${day} ${MONTHS[month - 1]} ${year}`;
  }

  function month(text) {
    const [year, number] = text.split("-").map(Number);
    return isJapanese ? `${year}年${number}月` : `${MONTHS[number - 1]} ${year}`;
  }

  // The value of a KPI in its unit: days or a share.
  function kpi(value, unit) {
    return unit === "ratio" ? percent(value) : days(value);
  }

  // The two parts of a value, for large figures: number and unit.
  function parts(value, unit) {
    if (value === null || value === undefined) return [NONE, ""];
    if (unit === "ratio") return [decimal(100 * value, 0), "%"];
    if (value > 0 && value < 0.5) return [say("days.under"), ""];
    return [whole(value), say("days.unit")];
  }

  // A change of a KPI: with its sign, in points or days.
  function change(value, unit) {
    if (value === null || value === undefined) return NONE;
    const sign = value > 0 ? "+" : value < 0 ? "−" : "±";
    const size = Math.abs(value);
    return unit === "ratio"
      ? sign + decimal(100 * size, 1) + (isJapanese ? "pt" : " pt")
      : sign + say("days.short", { n: size < 10 ? decimal(size, 1) : whole(size) });
  }

  // Width in px of a text at a font size: full-width signs take one em, others about half of it.
  function width(text, size) {
    let ems = 0;
    for (const sign of String(text)) {
      const code = sign.codePointAt(0);
      ems += code > 0x2e7f || (code > 0x10ff && code < 0x1200) ? 1 : /[mwMW@%]/.test(sign) ? 0.86 : /[A-Z]/.test(sign) ? 0.66 : /[ilj.,:;'|! ]/.test(sign) ? 0.29 : 0.56;
    }
    return ems * size;
  }

  // A text cut with … so that it fits.
  function fit(text, size, limit) {
    const signs = [...String(text)];
    if (width(text, size) <= limit) return String(text);
    let kept = "";
    for (const sign of signs) {
      if (width(kept + sign + "…", size) > limit) break;
      kept += sign;
    }
    return kept.trimEnd() + "…";
  }

  // A coordinate of a picture, to a tenth of a px.
  const n1 = (number) => String(Math.round(number * 10) / 10);

  return { use, escape, say, name, whole, decimal, days, percent, money, date, month, kpi, parts, change, width, fit, n1, NONE };
})();
