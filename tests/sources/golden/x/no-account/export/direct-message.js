window.YTD.direct_message.part0 = [
  {
    "dmConversation": {
      "conversationId": "1000-2000",
      "messages": [
        {
          "messageCreate": {
            "recipientId": "2000",
            "reactions": [],
            "urls": [],
            "text": "a",
            "mediaUrls": [],
            "senderId": "1000",
            "id": "1",
            "createdAt": "2026-01-05T10:00:00.000Z"
          }
        }
      ]
    }
  },
  {
    "dmConversation": {
      "conversationId": "1000-3000",
      "messages": [
        {
          "messageCreate": {
            "recipientId": "1000",
            "reactions": [],
            "urls": [],
            "text": "b",
            "mediaUrls": [],
            "senderId": "3000",
            "id": "2",
            "createdAt": "2026-01-05T10:00:00.000Z"
          }
        }
      ]
    }
  }
]