-- L32
REVOKE SELECT ON product FROM shop_app;
