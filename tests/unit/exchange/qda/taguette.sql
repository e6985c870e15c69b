-- As Taguette 1.5.2 makes a project's database, of which other tables and columns are left out.
CREATE TABLE users (login VARCHAR(30) NOT NULL PRIMARY KEY, email VARCHAR(256));
CREATE TABLE projects (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(200) NOT NULL, description TEXT NOT NULL);
CREATE TABLE documents (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(200) NOT NULL, description TEXT NOT NULL, filename VARCHAR(200) NOT NULL, project_id INTEGER NOT NULL, contents TEXT NOT NULL);
CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, project_id INTEGER NOT NULL, path VARCHAR(200) NOT NULL, description TEXT NOT NULL);
CREATE TABLE highlights (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL, start_offset INTEGER NOT NULL, end_offset INTEGER NOT NULL, snippet TEXT NOT NULL);
CREATE TABLE highlight_tags (highlight_id INTEGER NOT NULL, tag_id INTEGER NOT NULL, PRIMARY KEY (highlight_id, tag_id));
CREATE TABLE commands (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, user_login VARCHAR(30) NOT NULL, project_id INTEGER NOT NULL, document_id INTEGER, payload TEXT NOT NULL);
INSERT INTO users VALUES ('admin', NULL), ('ada', 'ada@example.org');
INSERT INTO projects VALUES (1, 'Gardens & wards', '');
INSERT INTO documents VALUES (1, 'Ward 3', 'a diary', 'ward.html', 1, '<p>I slept <b>better</b> – since the garden came.</p><p>It cost &lt;us&gt; a lot &amp; more.</p>');
INSERT INTO documents VALUES (2, 'Ward 3', '', 'ward2.html', 1, '<p>Nothing.</p>');
INSERT INTO tags VALUES (1, 1, 'interesting', 'Further review required'), (2, 1, 'effect.sleep', 'Sleep, by night'), (3, 1, 'U.S. money', '');
INSERT INTO highlights VALUES (1, 1, 41, 60, '<p>came.</p><p>It cost &lt;us&gt; a</p>'), (2, 1, 0, 16, '<p>I slept <b>better</b></p>'), (3, 2, 0, 7, '<p>Nothing</p>'), (4, 9, 0, 1, 'of a text that is gone');
INSERT INTO highlight_tags VALUES (1, 2), (1, 3), (2, 2);
INSERT INTO commands VALUES (1, 'ada', 1, NULL, '{"type": "tag_add", "tag_id": 2}'), (2, 'admin', 1, 1, '{"type": "highlight_add", "highlight_id": 1, "tags": [2]}'), (3, 'ada', 1, 1, '{"type": "highlight_add", "highlight_id": 1, "tags": [2, 3]}'), (4, 'admin', 1, 1, '{"type": "highlight_add", "highlight_id": 2, "tags": [2]}'), (5, 'ada', 1, 1, 'no JSON'), (6, 'ada', 1, 1, '[1]');
