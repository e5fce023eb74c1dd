-- L41: every row, and what was there is gone
UPDATE item SET remark = 'x';
