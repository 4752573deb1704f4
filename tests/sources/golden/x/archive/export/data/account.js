window.YTD.account.part0 = [
  {
    "account": {
      "email": "maya@stone.example",
      "createdVia": "web",
      "username": "Maya_Stone",
      "accountId": "1000",
      "createdAt": "2010-01-01T00:00:00.000Z",
      "accountDisplayName": "Maya Stone 🌊"
    }
  }
]