-- L10: all that a role owns, and its rights
DROP OWNED BY shop_app;
