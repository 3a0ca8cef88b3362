module polyreactor.example/mains

go 1.24
