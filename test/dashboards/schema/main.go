// Reads dashboards (a JSON object of them by name, on standard input) with Grafana's own types, which
// refuse what is no field of theirs, and says what is wrong with each.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// The SDK hands out an empty list of errors where there is none.
func isFault(err error) bool {
	var list cog.BuildErrors
	return err != nil && (!errors.As(err, &list) || len(list) > 0)
}

func main() {
	plugins.RegisterDefaultPlugins()
	var models map[string]json.RawMessage
	if err := json.NewDecoder(os.Stdin).Decode(&models); err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	faults := 0
	for name, model := range models {
		var found dashboard.Dashboard
		if err := found.UnmarshalJSONStrict(model); isFault(err) {
			faults++
			fmt.Printf("%s: %s\n", name, err)
		} else if err := found.Validate(); isFault(err) {
			faults++
			fmt.Printf("%s: %s\n", name, err)
		}
	}
	fmt.Printf("%d dashboards, %d faults\n", len(models), faults)
	if faults > 0 {
		os.Exit(1)
	}
}
