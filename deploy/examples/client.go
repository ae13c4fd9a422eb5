// SPDX-License-Identifier: ISC

// A client of doorward: see README.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"
)

var client = http.Client{Timeout: 30 * time.Second}

// The status; if it is 200, payload is what the answer has.
func ask(method, path, credential string, body, payload any) int {
	data, err := json.Marshal(body)
	if err != nil {
		log.Fatal(err)
	}
	request, err := http.NewRequest(method, os.Getenv("DOORWARD_URL")+path, bytes.NewReader(data))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Authorization", credential)
	request.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		return answer.StatusCode
	}
	whole := struct{ Payload any }{payload}
	if err := json.NewDecoder(answer.Body).Decode(&whole); err != nil {
		log.Fatal(err)
	}
	return answer.StatusCode
}

// An error of the service ends the program.
func need(method, path, credential string, body, payload any) {
	if status := ask(method, path, credential, body, payload); status != 200 {
		log.Fatalf("%s: %d", method, status)
	}
}

func main() {
	var me struct{ Email, Token string }
	var made, gone struct{ Name, Token, UUID string }
	var list []struct{ Name string }

	login := base64.StdEncoding.EncodeToString([]byte(os.Getenv("DOORWARD_LOGIN")))
	need("GET", "/rest/auth", "Basic "+login, nil, &me)
	jwt := "Bearer " + me.Token
	need("GET", "/rest/auth", jwt, nil, &me)
	fmt.Println("logged in as", me.Email)
	need("POST", "/rest/token", jwt, map[string]any{"name": "example", "ttl": 3600}, &made)
	bearer := "Bearer " + made.Token
	need("GET", "/rest/token/list", bearer, nil, &list)
	fmt.Println("used", list[0].Name)
	need("DELETE", "/rest/token/"+made.UUID, bearer, nil, &gone)
	fmt.Println("revoked", gone.Name)
	fmt.Println("refused with", ask("GET", "/rest/token/list", bearer, nil, nil))
}
