(revision := "a")
