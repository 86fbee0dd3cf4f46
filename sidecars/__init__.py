"""Model runtimes in processes of their own: started, spoken to, watched and replaced."""
