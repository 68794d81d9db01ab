print("httvps")
