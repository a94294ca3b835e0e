"""What is special about games on pictures: the pictures, who judges them, and how."""
