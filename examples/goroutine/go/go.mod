module polyreactor.example/goroutine

go 1.24
