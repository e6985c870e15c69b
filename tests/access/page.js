// What the gates ask of a page in the browser.
(() => {
  const shown = e =>
    e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;

  const name = e => {
    if (!e || e === document.body) return 'body';
    const text = (e.getAttribute('aria-label') || e.innerText || e.value || '').trim();
    const where = e.id ? '#' + e.id : [...e.classList].map(c => '.' + c).join('');
    return `${e.localName}${where} ${JSON.stringify(text.slice(0, 40))}`;
  };

  const focusable =
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]';
  const stops = () => [...document.querySelectorAll(focusable)]
    .filter(e => e.tabIndex >= 0 && !e.disabled && shown(e))
    // A group of radio buttons is one stop: the chosen one, or else the first.
    .filter(e => e.type !== 'radio' || e.checked || !document.querySelector(
      `[type=radio][name="${e.name}"]:checked`) && e === document.querySelector(
      `[type=radio][name="${e.name}"]`));

  const parse = colour => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = c => c.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  // The colour behind an element; nothing where a picture or a see-through colour hides it.
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.backgroundImage !== 'none' || style.opacity !== '1') return null;
      const colour = parse(style.backgroundColor);
      if (colour.length === 3) return colour;
      if (colour[3] > 0) return null;
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
  };
  // WCAG's contrast of a colour with what lies behind; 0 where that can't be told.
  const contrast = (colour, element) => {
    const behind = ground(element);
    if (!behind || parse(colour).length !== 3) return 0;
    const [a, b] = [light(parse(colour)), light(behind)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };

  const look = e => {
    const s = getComputedStyle(e);
    return [s.boxShadow, s.backgroundColor, s.borderColor, s.textDecoration].join();
  };
  const at_rest = new Map();

  window.gate = {
    shown, name, stops, contrast,

    // Where the keyboard should stop, in order; remembers how each place looks without focus.
    expected() {
      for (const e of stops()) at_rest.set(e, look(e));
      return stops().map(name);
    },

    // Where the keyboard is, and whether that can be seen.
    here() {
      const e = document.activeElement;
      const boxes = [...e.getClientRects()].filter(b => b.width && b.height);
      const within = [[0.5, 0.5], [0.05, 0.5], [0.95, 0.5], [0.5, 0.05], [0.5, 0.95]];
      const seen = boxes.some(b => within.some(([x, y]) => {
        const hit = document.elementFromPoint(b.x + b.width * x, b.y + b.height * y);
        return hit && (e.contains(hit) || hit.contains(e) && hit.localName === 'label');
      }));
      const style = getComputedStyle(e);
      // "auto" is the browser's own ring, which is wider than it says and shows on any ground.
      const ring = style.outlineStyle === 'auto'
        || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
        && contrast(style.outlineColor, e.parentElement || e) >= 3;
      return { name: name(e), seen, marked: ring || at_rest.has(e) && look(e) !== at_rest.get(e) };
    },

    // Elements that stick out of the window, unless a region that scrolls holds them.
    sticking_out() {
      const width = document.documentElement.clientWidth;
      const scrolls = e => {
        for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
          if (['auto', 'scroll'].includes(getComputedStyle(p).overflowX) &&
              p.matches('figure, [role=region], [popover]')) return true;
        return false;
      };
      return [...document.body.querySelectorAll('*')]
        .filter(e => shown(e) && getComputedStyle(e).clipPath === 'none' && !e.closest('svg svg, svg *'))
        .filter(e => e.getBoundingClientRect().right > width + 1 && !scrolls(e))
        .map(name);
    },

    // Elements whose text is cut off or runs over what follows.
    cut_off() {
      return [...document.body.querySelectorAll('*')]
        .filter(e => shown(e) && !e.closest('svg') && e.innerText && e.innerText.trim())
        .filter(e => {
          const style = getComputedStyle(e);
          if (style.display.startsWith('inline') && style.display === 'inline') return false;
          if (style.clipPath !== 'none') return false;
          const over = Math.max(0, e.scrollHeight - e.clientHeight) > parseFloat(style.fontSize) / 2;
          const wide = e.scrollWidth > e.clientWidth + 1;
          const hides = v => v === 'hidden' || v === 'clip';
          return over && hides(style.overflowY) || wide && hides(style.overflowX)
            || over && style.overflowY === 'visible' && style.height !== 'auto' && e.clientHeight > 0
               && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
        })
        .map(name);
    },

    // Elements that move although the reader asked for less motion.
    moving() {
      const long = times => times.split(',').some(t => parseFloat(t) > 0);
      return [...document.querySelectorAll('*')].filter(e =>
        [null, '::before', '::after', '::backdrop'].some(part => {
          const s = getComputedStyle(e, part);
          return long(s.transitionDuration) || long(s.animationDuration) && s.animationName !== 'none'
            || !part && s.scrollBehavior === 'smooth';
        })).map(name);
    },
  };
})();
