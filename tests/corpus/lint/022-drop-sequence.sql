-- L10: the last number is lost
DROP SEQUENCE invoice_no;
