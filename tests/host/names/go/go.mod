module polyreactor.example/names

go 1.24

require polyreactor.example/guest v0.0.0

replace polyreactor.example/guest => ../../../../guest/go
