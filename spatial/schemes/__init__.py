"""Grid schemes beside the unit grids (基础网格, 治安, 环卫 …), and what passes between them."""
