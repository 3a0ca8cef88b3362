module polyreactor.example/counter

go 1.24
