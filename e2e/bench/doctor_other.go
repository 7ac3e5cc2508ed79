//go:build !linux

package main

import (
	"context"
	"errors"
)

func (b *benchmark) doctor(context.Context) (row, error) {
	return row{}, errors.New("doctor: this benchmark needs the mount namespaces of Linux")
}
