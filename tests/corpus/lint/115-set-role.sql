-- L46: what comes after has other rights
SET ROLE shop_other;
