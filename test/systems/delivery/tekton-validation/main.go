// Reads objects of Tekton (a JSON list, on standard input) as its webhooks do: fields that they do
// not know are refused, defaults are set, and what is there is validated.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"

	pipeline "github.com/tektoncd/pipeline/pkg/apis/pipeline/v1"
	triggers "github.com/tektoncd/triggers/pkg/apis/triggers/v1beta1"
	"knative.dev/pkg/apis"
)

type object interface {
	apis.Defaultable
	apis.Validatable
}

var kinds = map[string]func() object{
	"Task":            func() object { return &pipeline.Task{} },
	"Pipeline":        func() object { return &pipeline.Pipeline{} },
	"PipelineRun":     func() object { return &pipeline.PipelineRun{} },
	"EventListener":   func() object { return &triggers.EventListener{} },
	"TriggerTemplate": func() object { return &triggers.TriggerTemplate{} },
}

func check(raw json.RawMessage) error {
	var head struct{ Kind string }
	if err := json.Unmarshal(raw, &head); err != nil {
		return err
	}
	make, known := kinds[head.Kind]
	if !known {
		return fmt.Errorf("%s is no kind of Tekton", head.Kind)
	}
	one := make()
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(one); err != nil {
		return err
	}
	ctx := apis.WithinCreate(context.Background())
	one.SetDefaults(ctx)
	if err := one.Validate(ctx); err != nil {
		return err
	}
	return nil
}

func main() {
	var objects []json.RawMessage
	if err := json.NewDecoder(os.Stdin).Decode(&objects); err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	faults := 0
	for index, raw := range objects {
		if err := check(raw); err != nil {
			faults++
			fmt.Printf("%d: %v\n", index, err)
		}
	}
	fmt.Printf("%d objects, %d faults\n", len(objects), faults)
	if faults > 0 {
		os.Exit(1)
	}
}
