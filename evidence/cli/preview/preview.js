// Keeps the page in its frame up to date: what differs from the page before is changed in place, and
// where a script of the page may hold on to what has changed, the whole page, with all that the
// reader has done to it.
(() => {
  const at = id => document.getElementById(id);
  const [sheet, pane, main] = [at('page'), at('pdf'), document.querySelector('main')];
  const [told, toggle, link] = [at('told'), at('beside'), at('link')];
  const BESIDE = 'evidence-preview-beside';
  // Below the window's upper edge, where a heading stands that has been gone to.
  const EDGE = 80;
  // What scripts of the page look for once, when it is loaded.
  const HELD = 'script, nav, section, form, .scroll, .scroll > *';
  const CHAPTER = /^<section id="([^"]+)" class="level2\b/;
  // The page that is shown: its frame, its version, and its lines as they were before any script ran.
  let frame = null, version = '', lines = [];
  let state = {};

  const parsed = lines => new DOMParser().parseFromString(lines.join('\n'), 'text/html');

  // The lines of a page, the first that are as they are shown, and the last.
  async function read(wanted) {
    const changes = version && await fetch(`/changes?version=${wanted}&since=${version}`);
    if (changes.ok) {
      const {above, below, lines: between} = await changes.json();
      const end = lines.length - below;
      return {above, below, now: [...lines.slice(0, above), ...between, ...lines.slice(end)]};
    }
    const answer = await fetch(`/page?version=${wanted}`);
    return answer.ok ? {above: 0, below: 0, now: (await answer.text()).split('\n')} : null;
  }

  // What may differ of a page: where it is shown, what it was, and what it is to be. That is a
  // chapter, if all that has changed stands in one that is followed by another; else the page.
  function differing({above, below, now}) {
    const root = frame.contentDocument;
    const first = lines.slice(0, above).findLastIndex(line => CHAPTER.test(line));
    const rest = lines.slice(lines.length - below).findIndex(line => CHAPTER.test(line));
    if (first >= 0 && rest >= 0) {
      const live = root.getElementById(CHAPTER.exec(lines[first])[1]);
      const [old, next] = [lines, now].map(all =>
        parsed(all.slice(first, all.length - below + rest)).body);
      const alone = [old, next].every(body => body.children.length === 1);
      if (live && alone) return [live, old.firstElementChild, next.firstElementChild];
    }
    return [root.documentElement, parsed(lines).documentElement, parsed(now).documentElement];
  }

  // Puts into `steps` what makes `live` of `now` what it is of `old`; false where that is not safe.
  function plan(live, old, now, steps) {
    if (old.isEqualNode(now)) return true;
    if (old.nodeName !== now.nodeName || old.nodeName === 'SCRIPT') return false;
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (live.data !== old.data) return false;
      steps.push(() => { live.data = now.data; });
      return true;
    }
    for (const name of new Set([...old.getAttributeNames(), ...now.getAttributeNames()])) {
      const value = now.getAttribute(name);
      if (old.getAttribute(name) === value) continue;
      steps.push(() => value === null ? live.removeAttribute(name) : live.setAttribute(name, value));
    }
    const [was, is, here] = [old, now, live].map(node => [...node.childNodes]);
    // Add-ons of browsers put theirs behind the rest.
    if (was.some((node, index) => here[index]?.nodeName !== node.nodeName)) return false;
    const least = Math.min(was.length, is.length);
    let start = 0, end = 0;
    while (start < least && was[start].isEqualNode(is[start])) start++;
    while (end < least - start && was.at(-1 - end).isEqualNode(is.at(-1 - end))) end++;
    const gone = was.slice(start, was.length - end), come = is.slice(start, is.length - end);
    if (gone.length === come.length &&
        gone.every((node, index) => node.nodeName === come[index].nodeName)) {
      return gone.every((node, index) => plan(here[start + index], node, come[index], steps));
    }
    const held = node => node.matches?.(HELD) || node.querySelector?.(HELD);
    if ([...gone, ...come].some(held)) return false;
    steps.push(() => {
      const next = here[start + gone.length] || null;
      for (const node of come) live.insertBefore(live.ownerDocument.importNode(node, true), next);
      for (const node of here.slice(start, start + gone.length)) node.remove();
    });
    return true;
  }

  // What was last begun above the window's upper edge holds still, whatever grows before it.
  function begun(selector = 'main [id]', edge = 0) {
    return [...frame.contentDocument.querySelectorAll(selector)].filter(element =>
      element.getClientRects().length && element.getBoundingClientRect().top <= edge).pop();
  }
  const topOf = element => element.getClientRects().length && element.getBoundingClientRect().top;
  function scrollBy(window, top) {
    if (top) window.scrollBy({ top, behavior: 'instant' });
  }

  // Where an element is, told so that it is found in another document.
  function placed(element) {
    const steps = [];
    for (; !element.id && element.parentElement; element = element.parentElement) {
      steps.unshift([...element.parentElement.children].indexOf(element));
    }
    return [element.id, ...steps];
  }
  function found(root, [id, ...steps], name) {
    let element = id ? root.getElementById(id) : root.documentElement;
    for (const step of steps) element = element?.children[step];
    return element?.nodeName === name ? element : null;
  }

  // All that the reader has done to the page, and how to do it to another.
  function left() {
    const { contentDocument: root, contentWindow: window } = frame;
    const each = (selector, tell) => [...root.querySelectorAll(selector)].map(element =>
      [placed(element), element.nodeName, tell(element)]);
    const mark = begun(), active = root.activeElement;
    return {
      mark: mark?.id, above: mark ? topOf(mark) : 0, left: window.scrollX, top: window.scrollY,
      open: each('details', element => element.open),
      typed: each('input, select, textarea', ({ value, checked }) => ({ value, checked })),
      focus: active && active !== root.body && [placed(active), active.nodeName],
      within: document.activeElement === frame,
    };
  }
  function restore(kept) {
    const { contentDocument: root, contentWindow: window } = frame;
    for (const [place, name, open] of kept.open) {
      const element = found(root, place, name);
      if (element) element.open = open;
    }
    for (const [place, name, values] of kept.typed) {
      const element = found(root, place, name);
      if (!element || element.type === 'file') continue;
      if (element.value === values.value && element.checked === values.checked) continue;
      Object.assign(element, values);
      for (const type of ['input', 'change']) {
        element.dispatchEvent(new window.Event(type, { bubbles: true }));
      }
    }
    if (kept.focus) found(root, ...kept.focus)?.focus({ preventScroll: true });
    if (kept.within) window.focus();
    const mark = kept.mark && root.getElementById(kept.mark);
    const top = mark ? window.scrollY + topOf(mark) - kept.above : kept.top;
    window.scrollTo({ left: kept.left, top, behavior: 'instant' });
  }

  // A page is loaded out of sight, and takes the place of the one before when it is as that was.
  function load(wanted, now) {
    const coming = document.createElement('iframe');
    coming.title = 'The report';
    coming.className = 'coming';
    const hash = frame ? frame.contentWindow.location.hash : location.hash;
    coming.src = `/page?version=${wanted}${hash}`;
    return new Promise(done => {
      coming.addEventListener('load', async () => {
        const { contentDocument: root, contentWindow: window } = coming;
        await Promise.race([root.fonts?.ready, new Promise(later => setTimeout(later, 1000))]);
        const before = frame;
        // Until there is a report, nobody has a place in it but by its address.
        const kept = frame?.contentDocument.querySelector('main [id]') && left();
        frame = coming;
        if (kept) restore(kept);
        coming.classList.remove('coming');
        before?.remove();
        if (kept?.within) window.focus();
        window.addEventListener('hashchange', () => follow(window));
        root.addEventListener('click', event => {
          const anchor = event.target.closest?.('a[href]');
          // Other sites don't let themselves be shown in a frame.
          if (anchor && anchor.origin !== location.origin) anchor.target ||= '_top';
        }, true);
        if (!kept && document.activeElement === document.body) window.focus();
        [version, lines] = [wanted, now];
        done();
      }, { once: true });
      sheet.append(coming);
    });
  }
  function follow(window) {
    history.replaceState(history.state, '', window.location.hash || location.pathname);
  }

  async function show(wanted) {
    const page = await read(wanted), steps = [];
    if (!page) return;
    if (frame && plan(...differing(page), steps)) {
      const mark = begun(), before = mark && topOf(mark);
      for (const step of steps) step();
      if (mark?.isConnected) scrollBy(frame.contentWindow, topOf(mark) - before);
      [version, lines] = [wanted, page.now];
    } else {
      await load(wanted, page.now);
    }
    document.title = frame.contentDocument.title;
  }

  // To write the same again would have it read out again.
  function tell(bar, text) {
    const place = bar.querySelector('pre');
    if (place.textContent !== text) place.textContent = text;
    bar.hidden = !text;
  }

  // The PDF opens where the page is read: its viewer tells nobody where it was.
  let shown = '';
  function showPdf() {
    const wanted = Boolean(state.pdf) && toggle.getAttribute('aria-pressed') === 'true';
    if (wanted === pane.hidden) {
      // Lines break anew in another width, even those of the heading that an address leads to.
      const mark = frame && begun('main *', EDGE), before = mark && topOf(mark);
      main.classList.toggle('beside', wanted);
      pane.hidden = !wanted;
      if (mark) scrollBy(frame.contentWindow, topOf(mark) - before);
    }
    if (!wanted) {
      pane.replaceChildren();
      shown = '';
    } else if (shown !== state.pdf && getComputedStyle(pane).display !== 'none') {
      shown = state.pdf;
      const viewer = document.createElement('iframe');
      viewer.title = 'The PDF';
      const id = frame ? begun('main section[id]')?.id : '';
      const place = id ? `&nameddest=${encodeURIComponent(id)}` : '';
      viewer.src = `/report.pdf?version=${shown}#navpanes=0&view=FitH${place}`;
      pane.replaceChildren(viewer);
    }
  }
  toggle.setAttribute('aria-pressed', String(localStorage.getItem(BESIDE) === 'true'));
  toggle.addEventListener('click', () => {
    const pressed = toggle.getAttribute('aria-pressed') !== 'true';
    toggle.setAttribute('aria-pressed', String(pressed));
    localStorage.setItem(BESIDE, String(pressed));
    showPdf();
  });
  addEventListener('resize', showPdf);
  addEventListener('hashchange', () => frame?.contentWindow.location.replace(location.hash));

  async function follows() {
    for (;;) {
      const answer = await fetch(`/state?after=${state.number || ''}`).catch(() => null);
      if (!answer?.ok) {
        told.textContent = 'The preview has ended; what is shown was the last.';
        await new Promise(later => setTimeout(later, 1000));
        continue;
      }
      state = await answer.json();
      told.textContent = state.isEarlier && state.pdf ? 'The PDF is of an earlier page.' : '';
      tell(document.querySelector('.prevents'), state.fault);
      // What the check has found may be what prevents the page.
      tell(document.querySelector('.faults'), state.faults === state.fault ? '' : state.faults);
      toggle.hidden = link.hidden = !state.pdf;
      if (state.page !== version) await show(state.page);
      showPdf();
    }
  }
  follows();
})();
