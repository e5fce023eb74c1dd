-- L11
ALTER TYPE state RENAME VALUE 'paid' TO 'settled';
