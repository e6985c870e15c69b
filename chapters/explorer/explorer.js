/* The explorer of sources: filters the table of sources, opens a source's codings and effects, keeps the filter
   in the address, hands out the rows shown. Text of the data is only ever set as text. */
(() => {
  'use strict';

  const store = document.getElementById('explorer-data');
  const explorer = document.getElementById('explorer');
  const data = store && JSON.parse(store.textContent);
  const plain = data && document.querySelector(`table#${data.table}, #${data.table} table`);
  if (!plain || !explorer) return;

  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const form = explorer.querySelector('form');
  const filters = form.querySelector('.explorer-filters');
  const count = form.querySelector('.explorer-count');
  const sources = new Map(data.sources.map(source => [source.source_id, source]));
  const PREFIX = '#sources';
  const YEAR = 1;
  // The table's columns from left to right; the year's is there for sorting only.
  const COLUMNS = ['source', 'year', ...data.columns];
  // The last column is never seen: the text that is searched.
  const TEXT = COLUMNS.length;
  const ASIDE = { sort: COLUMNS[0], order: 'asc' };

  /* What a filter asks of a source; `set` holds the form's values, none where all will do. */

  const coded = (source, facet, codes, stances) => source.codings.some(coding => {
    const [of, code, stance] = coding.split(':');
    return of === facet && (!codes.length || codes.includes(code))
      && (!stances.length || stances.includes(stance));
  });
  const asked = data.effects.map(name => [name, `effect-${name}`]);
  const measured = (source, set) => source.effects.some(effect => asked.every(([name, control]) =>
    !set[control].length || set[control].some(value => effect[name].includes(value))));
  const bears = (source, set) => {
    const sides = set.side.length ? set.side : ['for', 'against'];
    return sides.some(side => source[side].some(claim =>
      (!set.claim.length || set.claim.includes(claim))
      && (!set.verdict.length || set.verdict.includes(data.verdicts[claim]))));
  };
  const any = (set, ...names) => names.some(name => set[name].length);
  const matches = (source, set) =>
    data.fields.every(name => !set[name]?.length || set[name].some(value => source[name].includes(value)))
    && (!any(set, 'from') || source.year >= Number(set.from[0]))
    && (!any(set, 'to') || source.year <= Number(set.to[0]))
    && data.facets.every(facet => {
      const [codes, stances] = [set[facet], set[`${facet}-as`] ?? []];
      return !(codes.length || stances.length) || coded(source, facet, codes, stances);
    })
    && (!any(set, ...asked.map(([, control]) => control)) || measured(source, set))
    && (!any(set, 'verdict', 'claim', 'side') || bears(source, set));

  /* The form. */

  const names = [...new Set([...form.elements].map(control => control.name).filter(Boolean))];
  const filtering = names.filter(name => !(name in ASIDE));
  const read = () => {
    const given = new FormData(form);
    return Object.fromEntries(names.map(name =>
      [name, given.getAll(name).map(value => value.trim()).filter(Boolean)]));
  };
  const offered = [...form.elements].filter(control => filtering.includes(control.name)).flatMap(control => {
    const shown = control.type === 'checkbox' ? [[control, control.nextElementSibling]]
      : [...control.options ?? []].map(option => [option, option]);
    return shown.filter(([{ value }]) => value)
      .map(([{ value }, node]) => ({ name: control.name, value, node, text: node.textContent }));
  });
  // Each option says how many sources it would leave, so that none leads to an empty table unseen.
  const tally = (set, found) => offered.forEach(({ name, value, node, text }) => {
    const wanted = { ...set, [name]: [value] };
    node.textContent = `${text} (${found.filter(source => matches(source, wanted)).length})`;
  });
  const describe = set => filtering.filter(name => set[name].length).map(name => {
    const control = form.elements[name];
    const title = control.labels
      ? control.labels[0].firstChild.data
      : form.querySelector(`#explorer-${name}`).textContent;
    const texts = set[name].map(value =>
      offered.find(one => one.name === name && one.value === value)?.text ?? value);
    return `${title}: ${texts.join(' or ')}`;
  });

  /* The table. */

  const rows = [...plain.tBodies[0].rows];
  const idOf = row => row.querySelector('[data-cites]')?.dataset.cites.trim() ?? '';
  const codings = new Map([...document.querySelectorAll('.explorer-source')]
    .map(element => [element.dataset.source, element]));
  const referenceOf = source => {
    const reference = codings.get(source.source_id).querySelector('p');
    const text = tag => reference.querySelector(tag)?.textContent ?? '';
    const link = reference.querySelector('a')?.getAttribute('href') ?? '';
    return { authors: text('span'), title: text('b'), published_in: text('cite'), link };
  };
  // What a reader sees of a source, without the headings that all of them share.
  const textOf = (row, source) => [
    ...[...row.cells].map(cell => cell.textContent),
    ...(source ? Object.values(referenceOf(source)) : []),
    ...[...codings.get(idOf(row))?.querySelectorAll('dd, li') ?? []].map(part => part.textContent),
  ].map(text => text.trim().replace(/\s+/g, ' ')).join(' / ');
  const headings = [...plain.tHead.rows[0].cells].map(cell => cell.textContent.trim());

  const unseen = textContent => make('span', { className: 'explorer-unseen', textContent });
  const openerOf = row => {
    const source = sources.get(idOf(row));
    if (!source) return;
    const counted = (list, noun) => `${list.length} ${noun}${list.length === 1 ? '' : 's'}`;
    const textContent = [counted(source.codings, 'coding'),
      ...source.effects.length ? [counted(source.effects, 'effect')] : []].join(', ');
    const button = make('button', { type: 'button', className: 'explorer-opener', textContent });
    button.setAttribute('aria-expanded', 'false');
    button.append(unseen(` of ${row.cells[0].textContent.trim()}`));
    row.cells[0].append(' ', button);
  };

  rows.forEach((row, place) => {
    const source = sources.get(idOf(row));
    // DataTables reads it back as markup: set as text it is escaped, and read as what it was.
    const searched = make('td', { textContent: textOf(row, source) });
    openerOf(row);
    [...row.cells].forEach((cell, column) => { cell.dataset.label = headings[column]; });
    row.cells[0].dataset.order = place;
    for (const [name, values] of Object.entries(data.ranks)) {
      const cell = row.cells[data.columns.indexOf(name) + 1];
      if (data.columns.includes(name)) cell.dataset.order = values.indexOf(source?.[name][0]);
    }
    row.cells[0].after(make('td', { textContent: source?.year ?? '' }));
    row.append(searched);
  });
  plain.tHead.rows[0].cells[0].after(make('th', { textContent: 'Year' }));
  plain.tHead.rows[0].append(make('th', { textContent: 'Text' }));
  plain.querySelector('colgroup')?.remove();
  plain.classList.add('explorer-table');
  document.querySelector('.explorer-codings')?.remove();

  // Words are found without their accents, and those letters too that Unicode does not take apart.
  const LETTERS = { ø: 'o', æ: 'ae', œ: 'oe', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ß: 'ss', ı: 'i', '’': "'" };
  DataTable.util.diacritics(text => text.toLowerCase().normalize('NFD')
    .replace(/\p{M}/gu, '').replace(/[øæœłđðþßı’]/g, letter => LETTERS[letter]));

  const table = new DataTable(plain, {
    autoWidth: false,
    info: false,
    layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: null },
    order: [[0, 'asc']],
    orderMulti: false,
    paging: false,
    columnDefs: [
      { targets: TEXT, searchable: true, orderable: false, type: 'string', visible: false },
      { targets: YEAR, visible: false },
      // No other cell is searched, so that their markup is never read again.
      { targets: '_all', orderSequence: ['asc', 'desc'], searchable: false },
    ],
    language: { zeroRecords: 'No source is like this. Change the search or a filter, or show all sources.' },
  });
  // The button in a heading names the column: heard as well, its text would make the name twice.
  for (const heading of plain.tHead.rows[0].cells) {
    const title = heading.querySelector('.dt-column-title');
    title.setAttribute('aria-hidden', 'true');
    heading.setAttribute('aria-label', title.textContent);
  }
  // On a narrow screen a row is a card; browsers then forget that this is a table.
  const roles = { tbody: 'rowgroup', 'tbody tr': 'row', 'tbody td': 'cell', 'tbody th': 'rowheader' };
  const keepRoles = () => Object.entries(roles).forEach(([which, role]) =>
    plain.querySelectorAll(which).forEach(element => element.setAttribute('role', role)));
  plain.setAttribute('role', 'table');

  const open = (row, button) => {
    const child = table.row(row).child;
    const showing = child.isShown();
    if (showing) child.hide();
    else if (child()) child.show();
    else child(codings.get(idOf(row)), 'explorer-child').show();
    button.setAttribute('aria-expanded', String(!showing));
    keepRoles();
  };
  plain.tBodies[0].addEventListener('click', event => {
    const button = event.target.closest('.explorer-opener');
    if (button) open(button.closest('tr'), button);
  });

  /* The filter in the address. */

  const query = set => {
    const kept = names.flatMap(name => set[name]
      .filter(value => value !== ASIDE[name]).map(value => [name, value]));
    return new URLSearchParams(kept).toString();
  };
  const write = set => {
    const asked = query(set);
    history.replaceState(history.state, '', PREFIX + (asked ? `?${asked}` : ''));
  };
  // Returns what the form does not know, lest all sources be taken for those asked for.
  const fill = asked => {
    form.reset();
    const words = form.elements.words;
    words.value = (asked.get(words.name) ?? '').slice(0, words.maxLength);
    const unknown = new Set([...asked].flatMap(([name, value]) => name === words.name ? []
      : value.split(',').filter(Boolean).map(part => `${name} = ${part}`)));
    for (const control of form.elements) {
      if (!control.name || control === words) continue;
      const values = asked.getAll(control.name).flatMap(value => value.split(','));
      if (control.type === 'checkbox') control.checked = values.includes(control.value);
      else if ([...control.options].some(option => option.value === values[0])) control.value = values[0];
      else continue;
      if (values.includes(control.value)) unknown.delete(`${control.name} = ${control.value}`);
    }
    return [...unknown];
  };

  const nothing = Object.fromEntries(names.map(name => [name, []]));
  let current = nothing;
  let unknown = [];
  const say = () => {
    const [sort, order] = [form.elements.sort, form.elements.order];
    const left = table.rows({ search: 'applied' }).count();
    const how = describe(current);
    if (sort.value !== ASIDE.sort || order.value !== ASIDE.order) {
      how.push(`Sorted by: ${sort.selectedOptions[0].text}, ${order.selectedOptions[0].text.toLowerCase()}`);
    }
    if (unknown.length) how.push(`Left aside, as this report does not know it: ${unknown.join(', ')}`);
    count.textContent = `${left} of ${rows.length} ${rows.length === 1 ? 'source' : 'sources'}`;
    if (how.length) count.append(make('span', { textContent: `. ${how.join('. ')}.` }));
    form.querySelectorAll('[data-download]').forEach(button => { button.disabled = !left; });
  };
  const listed = () => table.rows({ search: 'applied', order: 'applied' }).nodes().toArray()
    .map(row => sources.get(idOf(row))).filter(Boolean);
  // Whatever else is asked: the options' counts go by it.
  let found = data.sources;
  const look = words => {
    if (words === table.search()) return;
    current = nothing;
    table.search(words).draw();
    found = listed();
  };
  const show = () => {
    const asked = read();
    table.order([COLUMNS.indexOf(asked.sort[0]), asked.order[0]]);
    look(asked.words.join());
    current = asked;
    table.draw();
    say();
    tally(current, found);
    keepRoles();
  };
  table.search.fixed('form', (_, __, place) => {
    const source = sources.get(idOf(table.row(place).node()));
    return !source || matches(source, current);
  });
  const arrive = () => {
    const [place, ...asked] = location.hash.split('?');
    if (place !== PREFIX && place !== '') return;
    unknown = fill(new URLSearchParams(asked.join('?')));
    show();
    if (!place) return;
    form.scrollIntoView();
    if (filters.open && count.getBoundingClientRect().bottom > innerHeight) count.scrollIntoView();
    count.focus({ preventScroll: true });
  };

  form.addEventListener('submit', event => event.preventDefault());
  const change = () => { unknown = []; show(); write(current); };
  form.addEventListener('change', change);
  form.elements.words.addEventListener('input', DataTable.util.debounce(() => {
    if (query(read()) !== query(current)) change();
  }));
  // Not at the form's own event: an address that is followed resets the form, too.
  form.querySelector('[type=reset]').addEventListener('click', () => setTimeout(change));
  table.on('order', () => {
    const [column, direction] = table.order()[0];
    const [by, order] = [form.elements.sort, form.elements.order];
    if (by.value === COLUMNS[column] && order.value === direction) return;
    [by.value, order.value] = [COLUMNS[column], direction];
    current = read();
    write(current);
    say();
  });
  addEventListener('hashchange', arrive);

  /* What is handed out. */

  // A spreadsheet would take such a cell for a formula.
  const harmless = text => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
  const quoted = text => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const cell = value => quoted(harmless(Array.isArray(value) ? value.join('; ') : String(value)));
  const SOURCE = ['source_id', 'authors', 'year', 'title', 'published_in', 'link', ...data.fields,
    'codings', 'for', 'against'];
  const CODING = ['source_id', 'authors', 'year', 'title', 'facet', 'code', 'label', 'stance',
    'locator', 'gist'];
  const csv = (fields, list) => {
    const lines = [fields, ...list.map(row => fields.map(name => row[name]))];
    // Without the mark Excel reads UTF-8 as something else.
    return `\ufeff${lines.map(line => `${line.map(cell).join(',')}\r\n`).join('')}`;
  };
  const referenced = source => ({ ...source, ...referenceOf(source) });
  const codingsOf = source => {
    const items = codings.get(source.source_id).querySelectorAll('li');
    return source.codings.map((coding, place) => {
      const [facet, code, stance] = coding.split(':');
      const text = tag => items[place].querySelector(tag).textContent;
      return {
        ...referenced(source), facet, code, stance, label: text('b'), locator: text('i'), gist: text('span'),
      };
    });
  };
  const files = {
    csv: { name: 'sources.csv', type: 'text/csv', text: list => csv(SOURCE, list.map(referenced)) },
    codings: { name: 'codings.csv', type: 'text/csv', text: list => csv(CODING, list.flatMap(codingsOf)) },
    bib: {
      name: 'sources.bib',
      type: 'application/x-bibtex',
      text: list => list.map(source => `${source.bibtex}\n`).join('\n'),
    },
  };
  const hand = ({ name, type, text }) => {
    const file = new Blob([text(listed())], { type: `${type};charset=utf-8` });
    const link = make('a', { href: URL.createObjectURL(file), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href));
  };
  form.addEventListener('click', event => {
    const wanted = event.target.closest('[data-download]');
    if (wanted) hand(files[wanted.dataset.download]);
  });

  explorer.hidden = false;
  if (location.hash.split('?', 1)[0] === PREFIX) arrive();
  else show();
})();
