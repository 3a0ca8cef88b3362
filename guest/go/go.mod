module polyreactor.example/guest

go 1.24
