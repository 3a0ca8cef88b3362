module polyreactor.example/faults

go 1.24
