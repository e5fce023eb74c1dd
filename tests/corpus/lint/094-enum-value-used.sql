-- L39: fails in one transaction
ALTER TYPE state ADD VALUE 'lost';
UPDATE orders SET status = 'lost' WHERE id = 1;
