// A registry for models of the lab: the reference implementation (distribution), over plain HTTP, on one folder.
// Usage: model-registry ADDRESS:PORT FOLDER [BYTES-PER-SECOND]
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry/handlers"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
)

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: model-registry ADDRESS:PORT FOLDER [BYTES-PER-SECOND]")
	}
	config := &configuration.Configuration{}
	config.Log.Level = "error"
	config.Log.AccessLog.Disabled = true
	config.HTTP.Secret = "one process, no secret to share"
	config.Storage = configuration.Storage{"filesystem": {"rootdirectory": os.Args[2]}}
	registry := handlers.NewApp(context.Background(), config)

	rate := 0
	if len(os.Args) > 3 {
		var err error
		if rate, err = strconv.Atoi(os.Args[3]); err != nil {
			log.Fatal(err)
		}
	}
	answer := func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/blobs/") {
			// Ollama asks where a blob is and wants a Location even where the answer is the blob itself.
			w.Header().Set("Location", r.URL.Path)
			w = slow{w, rate}
		}
		registry.ServeHTTP(w, r)
	}
	fmt.Println("serving", os.Args[2], "at", os.Args[1])
	log.Fatal(http.ListenAndServe(os.Args[1], http.HandlerFunc(answer)))
}

// slow makes small models take as long as big ones, so that tests see progress and can interrupt it.
type slow struct {
	http.ResponseWriter
	rate int
}

func (s slow) Write(bytes []byte) (int, error) {
	if s.rate > 0 {
		time.Sleep(time.Duration(len(bytes)) * time.Second / time.Duration(s.rate))
	}
	return s.ResponseWriter.Write(bytes)
}
