// Reads Schedules of Chaos Mesh (a JSON list, on standard input) as its webhooks do: fields that it
// does not know are refused, defaults are set, and what is there is validated.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/chaos-mesh/chaos-mesh/api/v1alpha1"
)

func read(raw json.RawMessage) (*v1alpha1.Schedule, error) {
	schedule := &v1alpha1.Schedule{}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	return schedule, decoder.Decode(schedule)
}

func check(raw json.RawMessage) error {
	schedule, err := read(raw)
	if err != nil {
		return err
	}
	if err := schedule.Default(context.Background(), schedule); err != nil {
		return err
	}
	_, err = schedule.ValidateCreate(context.Background(), schedule)
	return err
}

func main() {
	var schedules []json.RawMessage
	if err := json.NewDecoder(os.Stdin).Decode(&schedules); err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	faults := 0
	for index, raw := range schedules {
		if err := check(raw); err != nil {
			faults++
			fmt.Printf("%d: %v\n", index, err)
		}
	}
	fmt.Printf("%d schedules, %d faults\n", len(schedules), faults)
	if faults > 0 {
		os.Exit(1)
	}
}
