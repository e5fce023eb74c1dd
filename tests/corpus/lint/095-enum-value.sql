-- L39: the old reader does not know it
-- new: UPDATE orders SET status = 'lost' WHERE id = 1
ALTER TYPE state ADD VALUE 'lost';
