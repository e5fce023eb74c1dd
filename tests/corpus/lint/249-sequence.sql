CREATE SEQUENCE voucher_no;
SELECT nextval('voucher_no');
