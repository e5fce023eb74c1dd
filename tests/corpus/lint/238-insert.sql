-- L41
INSERT INTO product (sku, title, price, stock)
    VALUES ('gift', 'gift card', 10, 1) ON CONFLICT DO NOTHING;
