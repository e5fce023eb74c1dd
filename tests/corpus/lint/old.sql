-- What the code of the old release says to the setup, as role shop_app. Each
-- statement runs alone and is undone. "reader" and "writer" begin one; a
-- reader fails also where it had rows before and has none, or where its last
-- column says that a row has what the old code does not know.

-- reader customer
SELECT id, email, name, city, code, phone, points, created, city_ok, handle,
    email IS NULL OR name IS NULL OR points IS NULL OR created IS NULL
    FROM customer ORDER BY id;
-- reader customer
SELECT phone, count(*) > 1 FROM customer WHERE phone IS NOT NULL
    GROUP BY phone;
-- reader product
SELECT sku, title, price, stock, legacy, tags,
    sku IS NULL OR title IS NULL OR price IS NULL OR stock IS NULL
    FROM product WHERE price > 1 ORDER BY sku;
-- reader orders
SELECT o.id, c.name, o.status, o.total, o.note, o.channel, o.placed,
    o.touched, o.ref_half, o.customer_id IS NULL OR o.total IS NULL
    OR o.total >= 1000000
    OR o.placed IS NULL OR o.status::text NOT IN ('new', 'paid', 'sent')
    FROM orders o LEFT JOIN customer c ON c.id = o.customer_id ORDER BY o.id;
-- reader orders
SELECT count(*), false FROM orders WHERE status = 'paid';
-- reader item
SELECT order_id, line, sku, quantity, remark, price,
    order_id IS NULL OR line IS NULL OR quantity IS NULL FROM item
    WHERE order_id = 17;
-- reader item
SELECT p.title, sum(i.quantity), false FROM item i JOIN product p USING (sku)
    GROUP BY p.title;
-- reader item
SELECT order_id, line, count(*) > 1 FROM item WHERE order_id < 9
    GROUP BY order_id, line;
-- reader basket
SELECT id, customer_id, content, false FROM basket;
-- reader draft
SELECT id, body, author, false FROM draft;
-- reader event
SELECT id, day, kind, false FROM event WHERE day < '2026-02-01';
-- reader event
SELECT id, day, kind, false FROM event WHERE day >= '2026-02-01';
-- reader event_01
SELECT id, day, kind, false FROM event_01;
-- reader event_03
SELECT id, day, kind, false FROM event_03;
-- reader visit
SELECT id, day, false FROM visit WHERE day > '2026-01-15';
-- reader archive.orders
SELECT id, total, what, false FROM archive.orders;
-- reader open_order
SELECT id, customer_id, total, false FROM open_order;
-- reader bestseller
SELECT sku, sold, false FROM bestseller;
-- reader sales
SELECT customer_id, total, false FROM sales WHERE customer_id = 5;
-- reader orders
SELECT order_count(5), false;
-- reader product
SELECT vat(price), false FROM product;

-- writer customer
INSERT INTO customer (email, name, city_ok) VALUES ('n@example.org', '', 'x');
-- writer customer
INSERT INTO customer (email, name, city, code, phone, points, created,
    city_ok, handle) VALUES (repeat('e', 100), repeat('n', 50),
    repeat('c', 300), 'code 1', NULL, -5, '1999-01-01', '', NULL);
-- writer customer
INSERT INTO customer (email, name, city, code, city_ok)
    VALUES ('m@example.org', 'name 1', 'city 1', 'code 2', 'here'),
        ('o@example.org', 'name 1', 'city 1', 'code 2', 'here');
-- writer customer
UPDATE customer SET name = 'x', city = NULL, code = 'code 5', points = 3000000
    WHERE id = 7;
-- writer customer
INSERT INTO customer (email, name, city_ok) VALUES ('c1@example.org', 'x', '')
    ON CONFLICT (email) DO UPDATE SET name = excluded.name;
-- writer customer
INSERT INTO customer (email, name, city_ok) VALUES ('c1@example.org', 'x', '')
    ON CONFLICT ON CONSTRAINT customer_email_key DO NOTHING;
-- writer customer
INSERT INTO customer (id, email, name, city_ok)
    VALUES (5000, 'p@example.org', 'x', '');
-- writer customer
DELETE FROM orders WHERE customer_id = 9;
DELETE FROM customer WHERE id = 9;
-- writer product
INSERT INTO product (sku, price, stock) VALUES ('sku-new', 1.99, -1);
-- writer product
INSERT INTO product (sku, title, price, stock, legacy, tags)
    VALUES (repeat('s', 20), repeat('t', 80), 99999999.99, 0, NULL, NULL);
-- writer product
UPDATE product SET legacy = NULL, price = -3, tags = '[]' WHERE sku = 'sku-1';
-- writer product
DELETE FROM product WHERE sku = 'sku-3';
-- writer orders
INSERT INTO orders (customer_id, total, ref_half) VALUES (1, -3.5, 'r');
-- writer orders
INSERT INTO orders (customer_id, status, total, note, channel, placed, ref_half)
    VALUES (1, 'paid', 99999.99, NULL, NULL, '2020-01-01', ''),
        (1, 'paid', 99999.99, 'note 1', 'abcdefghij', '2020-01-01', '');
-- writer orders
UPDATE orders SET status = 'sent', note = NULL, channel = NULL, ref_half = 'q'
    WHERE id = 5;
-- writer orders
DELETE FROM orders WHERE id = 6;
-- writer item
INSERT INTO item (order_id, line, quantity) VALUES (999999, 0, -1);
-- writer item
INSERT INTO item (order_id, line, sku, quantity, remark, price)
    VALUES (1, 100, 'no such sku', 0, 'remark 1', NULL),
        (1, 101, 'no such sku', 0, repeat('r', 500), NULL);
-- writer item
UPDATE item SET remark = NULL, sku = NULL WHERE order_id = 1;
-- writer item
DELETE FROM item WHERE order_id = 2;
-- writer basket
INSERT INTO basket (id, customer_id, content) VALUES (NULL, -1, NULL),
    (1000, 1, 'content 1'), (1001, 1, 'content 1');
-- writer basket
UPDATE basket SET content = NULL, customer_id = NULL WHERE id = 1;
-- writer draft
INSERT INTO draft (id) VALUES (1), (2);
-- writer draft
INSERT INTO draft (id, body, author) VALUES (3, repeat('b', 300), 'a'),
    (4, 'b', 'a');
-- writer event
INSERT INTO event (id, day, kind) VALUES (NULL, '2026-01-05', NULL),
    (1, '2026-02-28', 'k'), (1, '2026-02-28', 'k');
-- writer event
INSERT INTO event_01 (id, day, kind) VALUES (1, '2026-01-31', 'k');
-- writer event
DELETE FROM event WHERE day = '2026-02-03';
-- writer event_03
INSERT INTO event_03 (id, day, kind) VALUES (1, '2026-03-31', 'k');
-- writer visit
INSERT INTO visit (id, day) VALUES (1, '2026-01-03'), (2, '2026-08-01');
-- writer archive.orders
INSERT INTO archive.orders (id, total) VALUES (1, NULL), (1, NULL);
-- writer open_order
UPDATE open_order SET total = 4 WHERE id = 3;
-- writer orders
SELECT nextval('invoice_no');
