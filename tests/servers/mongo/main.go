// A server of the MongoDB protocol for the tests: FerretDB over SQLite, its data in a folder.
//
// FerretDB supports what AWS DocumentDB, Azure Cosmos DB and it have in common, which is what
// storage/backends/mongodb keeps to, and survives a kill. Unlike MongoDB it does not make the
// change of one document atomic (it reads, then writes), so requests pass one at a time here.
package main

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"io"
	"log"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/FerretDB/FerretDB/ferretdb"
)

const (
	headerBytes = 16
	maxMessage  = 48_000_000
	opMsg       = 2013
	moreToCome  = 1 << 1
)

// turn is held by the one request that is being carried out.
var turn sync.Mutex

func main() {
	listen := flag.String("listen", "127.0.0.1:27017", "address to answer on")
	folder := flag.String("data", "", "folder of the databases, which must exist")
	flag.Parse()
	if *folder == "" {
		log.Fatal("-data is missing")
	}
	inner := filepath.Join(*folder, "ferretdb.sock")
	_ = os.Remove(inner) // left by a killed process
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{Unix: inner},
		Handler:   "sqlite",
		SQLiteURL: "file:" + *folder + "/",
	})
	if err != nil {
		log.Fatal(err)
	}
	outer, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	stop, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	go accept(outer, inner)
	if err := server.Run(stop); err != nil {
		log.Fatal(err)
	}
}

func accept(outer net.Listener, inner string) {
	for {
		client, err := outer.Accept()
		if err != nil {
			return
		}
		go serve(client, inner)
	}
}

func serve(client net.Conn, inner string) {
	defer client.Close()
	server, err := dial(inner)
	if err != nil {
		return
	}
	defer server.Close()
	for {
		request, err := read(client)
		if err != nil {
			return
		}
		reply, err := exchange(server, request)
		if err != nil {
			return
		}
		if _, err := client.Write(reply); err != nil {
			return
		}
	}
}

// dial waits for FerretDB, which needs a moment to begin.
func dial(inner string) (net.Conn, error) {
	for attempt := 0; ; attempt++ {
		server, err := net.Dial("unix", inner)
		if err == nil || attempt == 100 {
			return server, err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func exchange(server net.Conn, request []byte) ([]byte, error) {
	turn.Lock()
	defer turn.Unlock()
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	if wantsNoReply(request) {
		return nil, nil
	}
	return read(server)
}

func wantsNoReply(message []byte) bool {
	if binary.LittleEndian.Uint32(message[12:]) != opMsg || len(message) < headerBytes+4 {
		return false
	}
	return binary.LittleEndian.Uint32(message[headerBytes:])&moreToCome != 0
}

// read takes one message; its first four bytes say how long it is.
func read(from io.Reader) ([]byte, error) {
	header := make([]byte, headerBytes)
	if _, err := io.ReadFull(from, header); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(header)
	if length < headerBytes || length > maxMessage {
		return nil, errors.New("not a message of the MongoDB protocol")
	}
	message := make([]byte, length)
	copy(message, header)
	_, err := io.ReadFull(from, message[headerBytes:])
	return message, err
}
